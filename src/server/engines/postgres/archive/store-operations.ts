import { z } from 'zod'
import type { Airing, Cue, Gap } from '../../../../protocol/api.ts'
import type { KeptRun, Operation } from '../../rules/kept-log.ts'
import { revisionOf } from '../../rules/revisions.ts'
import type { Queryable } from '../database.ts'
import { indexCues } from '../search/index-cues.ts'
import { hourMs } from './archive-schema.ts'
import { storable, storableJson } from '../plain-text.ts'

export interface LockedChannel {
  readonly id: number
  /** Number of the last original bytes. */
  readonly bins: number
}

/** Writes operations that continue what is stored, in the transaction that has locked their channel. */
export async function storeOperations(
  client: Queryable,
  channel: LockedChannel,
  operations: readonly Operation[],
): Promise<void> {
  const runs = await storeRuns(client, channel.id, operations)
  await storeCues(client, channel.id, runs, operations)
  await storeSpans(client, channel.id, operations)
  const bins = await storeBins(client, channel, runs, operations)
  await storeRejects(client, channel.id, operations)
  await storeProducers(client, channel.id, operations)
  await storeBook(client, channel.id, bins, operations)
}

const runRows = z.array(z.object({ id: z.int(), name: z.string() }))

/** The latest note of every run; answers their ids. Known ones are not inserted: that would use up an id each time. */
async function storeRuns(
  client: Queryable,
  channel: number,
  operations: readonly Operation[],
): Promise<ReadonlyMap<string, number>> {
  const notes = new Map(operations.flatMap(({ notes: { runs } }) => Object.entries(runs)))
  const ids = new Map<string, number>()
  if (notes.size === 0) return ids
  const take = ({ rows }: { readonly rows: unknown }): void => {
    for (const { id, name } of runRows.parse(rows)) ids.set(name, id)
  }
  const columns = 'note, announced, "of", revision, ended, from_ms, to_ms'
  const given = `unnest($2::text[], $3::jsonb[], $4::bool[], $5::text[], $6::bigint[], $7::bool[], $8::bigint[], $9::bigint[])
     WITH ORDINALITY AS given (name, ${columns}, n)`
  take(
    await client.query(
      `UPDATE log_run AS run SET (${columns}) =
         (given.note, given.announced, given."of", given.revision, given.ended, given.from_ms, given.to_ms)
       FROM ${given} WHERE run.channel = $1 AND run.name = given.name RETURNING run.id, run.name`,
      runValues(channel, [...notes]),
    ),
  )
  const fresh = [...notes].filter(([name]) => !ids.has(name))
  if (fresh.length > 0)
    take(
      await client.query(
        `INSERT INTO log_run (channel, name, ${columns}) SELECT $1, name, ${columns}
         FROM ${given} ORDER BY n RETURNING id, name`,
        runValues(channel, fresh),
      ),
    )
  return ids
}

function runValues(channel: number, notes: readonly (readonly [string, KeptRun])[]): unknown[] {
  const column = (of: (note: KeptRun) => unknown): unknown[] => notes.map(([, note]) => of(note))
  const revision = ({ announced }: KeptRun): ReturnType<typeof revisionOf> =>
    announced === null ? undefined : revisionOf(announced)
  return [
    channel,
    notes.map(([name]) => name),
    column(storableJson),
    column(({ announced }) => announced !== null),
    column((note) => revision(note)?.of ?? null),
    column((note) => revision(note)?.revision ?? null),
    column(({ announced }) => announced?.ended === true),
    column(({ extent }) => extent?.fromMs ?? null),
    column(({ extent }) => extent?.toMs ?? null),
  ]
}

async function storeCues(
  client: Queryable,
  channel: number,
  runs: ReadonlyMap<string, number>,
  operations: readonly Operation[],
): Promise<void> {
  const cues = entriesOf<Cue>(operations, 'cue')
  if (cues.length === 0) return
  await client.query(
    `INSERT INTO cue SELECT $1, * FROM unnest($2::int[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[],
       $7::text[], $8::text[], $9::text[], $10::text[], $11::bigint[]) ON CONFLICT DO NOTHING`,
    [
      channel,
      cues.map(({ run }) => idOf(runs, run)),
      cues.map(({ track }) => track),
      cues.map(({ id }) => id),
      cues.map(({ start }) => Date.parse(start)),
      cues.map(({ end }) => Date.parse(end)),
      cues.map(({ text }) => storable(text)),
      cues.map(({ mode }) => mode),
      cues.map(({ language }) => language),
      cues.map(({ airing }) => airing),
      cues.map(({ position }) => position.seq),
    ],
  )
  const places = cues.map(({ run, track, start }) => ({
    ...{ run: idOf(runs, run), track, startMs: Date.parse(start) },
  }))
  await indexCues(client, channel, places)
}

/** Airings and gaps, each as it was told last. */
async function storeSpans(
  client: Queryable,
  channel: number,
  operations: readonly Operation[],
): Promise<void> {
  for (const kind of ['airing', 'gap'] as const) {
    const told = entriesOf<Airing | Gap>(operations, kind)
    const last = [...new Map(told.map((value) => [value.id, value])).values()]
    if (last.length === 0) continue
    const times = last.map((value) =>
      'from' in value ? [value.from, value.to] : [value.start, value.end],
    )
    await client.query(
      `INSERT INTO ${kind} SELECT $1, * FROM
         unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::jsonb[])
       ON CONFLICT (channel, id) DO UPDATE SET (start_ms, end_ms, seq, value) =
         (excluded.start_ms, excluded.end_ms, excluded.seq, excluded.value)`,
      [
        channel,
        last.map(({ id }) => id),
        times.map(([start = null]) => msOf(start)),
        times.map(([, end = null]) => msOf(end)),
        last.map(({ position }) => position.seq),
        last.map(storableJson),
      ],
    )
  }
}

/** Answers the number of the last. */
async function storeBins(
  client: Queryable,
  channel: LockedChannel,
  runs: ReadonlyMap<string, number>,
  operations: readonly Operation[],
): Promise<number> {
  const bins = operations.flatMap(({ bins: some, storedMs }) =>
    some.map((bin) => ({ ...bin, storedMs, atMs: Date.parse(bin.at) })),
  )
  if (bins.length === 0) return channel.bins
  await client.query(
    `INSERT INTO bin_chunk SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::int[], $5::text[],
       $6::bigint[], $7::bigint[], $8::bytea[])`,
    [
      channel.id,
      bins.map(({ atMs }) => Math.floor(atMs / hourMs)),
      bins.map((_, n) => channel.bins + 1 + n),
      bins.map(({ run }) => idOf(runs, run)),
      bins.map(({ format }) => format),
      bins.map(({ atMs }) => atMs),
      bins.map(({ storedMs }) => storedMs),
      bins.map(({ data }) => Buffer.from(data, 'base64')),
    ],
  )
  return channel.bins + bins.length
}

async function storeRejects(
  client: Queryable,
  channel: number,
  operations: readonly Operation[],
): Promise<void> {
  const rejects = operations.flatMap(({ producer, storedMs, rejects: some }) =>
    some.map((reject) => ({ ...reject, producer, storedMs })),
  )
  if (rejects.length === 0) return
  await client.query(
    `INSERT INTO reject SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[])
     ON CONFLICT DO NOTHING`,
    [
      channel,
      rejects.map(({ producer }) => producer),
      rejects.map(({ seq }) => seq),
      rejects.map(({ storedMs }) => storedMs),
      rejects.map(({ code }) => code),
      rejects.map(({ detail }) => storable(detail)),
      rejects.map(({ line }) => storable(line)),
    ],
  )
}

async function storeProducers(
  client: Queryable,
  channel: number,
  operations: readonly Operation[],
): Promise<void> {
  const notes = new Map(operations.flatMap(({ notes: { producers } }) => Object.entries(producers)))
  if (notes.size === 0) return
  await client.query(
    `INSERT INTO log_producer SELECT $1, * FROM unnest($2::text[], $3::jsonb[])
     ON CONFLICT (channel, name) DO UPDATE SET note = excluded.note`,
    [channel, [...notes.keys()], [...notes.values()].map(storableJson)],
  )
}

async function storeBook(
  client: Queryable,
  channel: number,
  bins: number,
  operations: readonly Operation[],
): Promise<void> {
  const last = operations.at(-1)
  if (last === undefined) return
  const note = (key: 'airings' | 'tracks' | 'watch'): string | null => {
    const latest = operations.findLast(({ notes }) => notes[key] !== undefined)
    return latest === undefined ? null : storableJson(latest.notes[key])
  }
  await client.query(
    `UPDATE log_channel SET version = $2, tip = $3, bins = $4, last = $5, airings = coalesce($6, airings),
       tracks = coalesce($7, tracks), watch = coalesce($8, watch) WHERE id = $1`,
    [
      ...[channel, last.version, last.tip, bins, markOf(last)],
      ...[note('airings'), note('tracks'), note('watch')],
    ],
  )
}

/** Tells an append from any other that may have been given its version. */
export function markOf({ producer, storedMs, tip, notes: { producers } }: Operation): string {
  return [producer, storedMs, tip, producers[producer]?.received ?? 0].join(' ')
}

function entriesOf<T extends Cue | Airing | Gap>(
  operations: readonly Operation[],
  kind: 'cue' | 'airing' | 'gap',
): T[] {
  return operations.flatMap(({ entries }) =>
    entries.flatMap(({ type, value }) => (type === kind ? (value as T) : [])),
  )
}

function idOf(runs: ReadonlyMap<string, number>, run: string): number {
  const id = runs.get(run)
  if (id === undefined) throw new Error(`an operation has no note of its run ${run}`)
  return id
}

function msOf(time: string | null): number | null {
  return time === null ? null : Date.parse(time)
}
