import { z } from 'zod'
import { longestAiringMs } from '../../rules/retention.ts'
import type { Postgres, Queryable } from '../database.ts'
import { forgetPassages } from '../search/index-cues.ts'
import { hourMs } from './archive-schema.ts'
import { dropObjects } from './loose-objects.ts'

/** As it is indexed. */
const end = 'coalesce(end_ms, 9007199254740991)'

/** What of a channel's rows a retention that reaches back to a time has passed over; values as `valuesOf` gives them. */
const past = {
  cue: 'channel = $1 AND start_ms < $2',
  airing: `channel = $1 AND (${end} <= $2 OR (end_ms IS NULL AND start_ms < $3))`,
  gap: `channel = $1 AND ${end} <= $2`,
  bin_chunk: 'channel = $1 AND hour < $2',
  bin_file: 'channel = $1 AND hour < $2',
}

type Table = keyof typeof past

const tables = Object.keys(past) as Table[]

function valuesOf(table: Table, channel: number, beforeMs: number): number[] {
  if (table === 'airing') return [channel, beforeMs, beforeMs - longestAiringMs]
  if (table.startsWith('bin_')) return [channel, Math.floor(beforeMs / hourMs)]
  return [channel, beforeMs]
}

/** The channel's id, when anything of it is past. */
export async function holdsPast(
  database: Postgres,
  name: string,
  beforeMs: number,
): Promise<number | undefined> {
  const known = await database.query('SELECT id FROM log_channel WHERE name = $1', [name])
  const channel = z.object({ id: z.int() }).optional().parse(known.rows[0])?.id
  if (channel === undefined) return undefined
  for (const table of tables) {
    const { rows } = await database.query(
      `SELECT 1 FROM ${table} WHERE ${past[table]} LIMIT 1`,
      valuesOf(table, channel, beforeMs),
    )
    if (rows.length > 0) return channel
  }
  return undefined
}

/** Removed in one transaction: some seconds of work. */
const cuesAtOnce = 20_000

const startRow = z.object({ start_ms: z.int() })

/** The times up to which it is to be erased, one after the other, so that years of cues are not one transaction. */
export async function* stepsOfPast(
  database: Postgres,
  channel: number,
  beforeMs: number,
): AsyncGenerator<number> {
  for (;;) {
    const { rows } = await database.query(
      `SELECT start_ms FROM cue WHERE ${past.cue} ORDER BY start_ms OFFSET ${cuesAtOnce} LIMIT 1`,
      [channel, beforeMs],
    )
    const next = startRow.optional().parse(rows[0])
    yield Math.min(beforeMs, next === undefined ? Infinity : next.start_ms + 1)
    if (next === undefined) return
  }
}

/** What objects held is dropped in the same transaction, and gone with the next sweep. */
export async function erasePast(
  client: Queryable,
  channel: number,
  beforeMs: number,
): Promise<void> {
  await client.query('SELECT 1 FROM log_channel WHERE id = $1 FOR UPDATE', [channel])
  for (const table of tables) {
    const { rows } = await client.query(
      `DELETE FROM ${table} WHERE ${past[table]}${table === 'bin_file' ? ' RETURNING object' : ''}`,
      valuesOf(table, channel, beforeMs),
    )
    if (table !== 'bin_file') continue
    const objects = z.array(z.object({ object: z.string() })).parse(rows)
    await dropObjects(
      client,
      objects.map(({ object }) => object),
    )
  }
  await forgetPassages(client, channel, beforeMs)
}
