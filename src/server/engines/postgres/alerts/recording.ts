import { isAlike, signatureOf } from '../../../../query/text/likeness.ts'
import type { NewMention, Place, Recording } from '../../../ports/alerts.ts'
import { blob, integer, text, type Row } from '../../rules/columns.ts'
import type { Queryable, Readable } from '../database.ts'
import { states } from './alert-tables.ts'
import { removeMentions } from './mention-rows.ts'

/** Mentions that a new one is held against; of an alert that finds more in a day, repeats further back are told again. */
const mostCompared = 300
/** Words before a match that tell whether it was said elsewhere too. */
const contextLength = 120
/** Stands for all channels in `alert_place`; no channel is called so. */
export const allChannels = '*'

/** Of an alert that finds without end, older mentions are let go, some at a time: nobody reads on so far. */
export const usualLimits = { kept: 10_000, atOnce: 500 }

/** Mentions as they are found, with the places up to which channels were heard. */
export class Recorder {
  readonly #limits: typeof usualLimits
  /** By alert, mentions since it was last looked at whether there are too many. */
  readonly #added = new Map<string, number>()

  constructor(limits = usualLimits) {
    this.#limits = limits
  }

  async record(client: Queryable, recordings: readonly Recording[]): Promise<void> {
    const alerts = recordings.flatMap(({ mentions }) => mentions.map((one) => one.mention.alert))
    // Whoever removes one of them waits, and then removes these too.
    const { rows } = await client.query<Row>(
      'SELECT id FROM alert WHERE id = ANY ($1) ORDER BY id FOR KEY SHARE',
      [[...new Set(alerts)]],
    )
    const known = new Set(rows.map((row) => text(row, 'id')))
    for (const { channel, position, mentions } of recordings) {
      for (const one of mentions) {
        if (!known.has(one.mention.alert)) continue
        await recordOne(client, one)
        await this.#letGo(client, one.mention.alert)
      }
      if (position !== null) await keepPlaces(client, [[channel, position]])
    }
  }

  async #letGo(client: Queryable, alert: string): Promise<void> {
    const { kept, atOnce } = this.#limits
    const added = (this.#added.get(alert) ?? 0) + 1
    this.#added.set(alert, added % atOnce)
    if (added < atOnce) return
    const { rows } = await client.query<Row>(
      'SELECT n FROM mention WHERE alert = $1 ORDER BY n DESC LIMIT 1 OFFSET $2',
      [alert, kept],
    )
    for (const row of rows)
      await removeMentions(client, 'alert = $1 AND n <= $2', [alert, integer(row, 'n')])
  }
}

export async function keepPlaces(client: Queryable, places: readonly Place[]): Promise<void> {
  await client.query(
    `INSERT INTO alert_place SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])
     ON CONFLICT (channel) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq`,
    [
      places.map(([channel]) => channel),
      places.map(([, { epoch }]) => epoch),
      places.map(([, { seq }]) => seq),
    ],
  )
}

export async function readPlaces(database: Readable): Promise<Place[] | null> {
  const { rows } = await database.query<Row>('SELECT * FROM alert_place')
  const all = rows.map((row): Place => [
    text(row, 'channel'),
    { epoch: text(row, 'epoch'), seq: integer(row, 'seq') },
  ])
  const places = all.filter(([channel]) => channel !== allChannels)
  return places.length === all.length ? null : places
}

async function recordOne(
  client: Queryable,
  { mention, run, cue, releaseMs, isTold, foldSinceMs }: NewMention,
): Promise<void> {
  const { id, alert, channel, track, start, before, text: said, trail } = mention
  const signature = signatureOf(`${before.slice(-contextLength)} ${said}`)
  const head =
    foldSinceMs === null || signature === null
      ? null
      : await findAlike(client, id, alert, signature, foldSinceMs, releaseMs)
  await client.query(
    `INSERT INTO mention
       (id, alert, channel, run, track, cue, start, matched, release, state, head, signature, value)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     ON CONFLICT (id) DO NOTHING`,
    [
      ...[id, alert, channel, run, track, cue, Date.parse(start), Date.parse(trail.matched)],
      ...[releaseMs, isTold && head === null ? states.waits : states.kept, head],
      ...[signature === null ? null : Buffer.from(signature.buffer), JSON.stringify(mention)],
    ],
  )
}

/** The mention of the same alert whose words these are, and that is shown no later than these. */
async function findAlike(
  client: Queryable,
  id: string,
  alert: string,
  signature: Int32Array,
  sinceMs: number,
  releaseMs: number,
): Promise<string | null> {
  const { rows } = await client.query<Row>(
    `SELECT id, signature FROM mention
     WHERE alert = $1 AND matched >= $2 AND release <= $3 AND head IS NULL
       AND signature IS NOT NULL AND id <> $4
     ORDER BY n DESC LIMIT ${mostCompared}`,
    [alert, sinceMs, releaseMs, id],
  )
  const alike = rows.find((row) =>
    // A copy: its first byte need not be where numbers may begin.
    isAlike(signature, new Int32Array(Uint8Array.from(blob(row, 'signature')).buffer)),
  )
  return alike === undefined ? null : text(alike, 'id')
}
