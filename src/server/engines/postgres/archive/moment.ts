import { z } from 'zod'
import type { Position } from '../../../../protocol/position.ts'
import { createEpoch } from '../../epoch.ts'
import { revisionsOf, supersededRuns, type Revision } from '../../rules/revisions.ts'
import type { Postgres, Queryable } from '../database.ts'

/** A channel as one snapshot sees it. */
export interface Moment {
  readonly id: number
  readonly channel: string
  /** All storage up to here is in the archive. */
  readonly position: Position
  /** Ids of runs that a later decode has replaced, or that are one and have not ended. */
  readonly superseded: readonly number[]
  /** By name of the run. */
  readonly revisions: ReadonlyMap<string, Revision>
}

const revisedRun = z
  .object({
    name: z.string(),
    of: z.string(),
    revision: z.int(),
    ended: z.boolean(),
  })
  .transform(({ name: run, of, revision, ended }) => ({
    ...{ run, of, revision },
    ...(ended ? { ended } : {}),
  }))
const channelRow = z.object({
  id: z.int(),
  epoch: z.string(),
  tip: z.int(),
  revised: z.array(revisedRun),
})

/** Undefined when nobody has heard of the channel. */
export async function readMoment(client: Queryable, channel: string): Promise<Moment | undefined> {
  const { rows } = await client.query(
    `SELECT id, epoch, tip, (SELECT coalesce(jsonb_agg(jsonb_build_object(
         'name', name, 'of', "of", 'revision', revision, 'ended', ended) ORDER BY id), '[]')
       FROM log_run WHERE channel = log_channel.id AND "of" IS NOT NULL) AS revised
     FROM log_channel WHERE name = $1`,
    [channel],
  )
  const row = channelRow.optional().parse(rows[0])
  if (row === undefined) return undefined
  const { id, epoch, tip, revised } = row
  const names = [...supersededRuns(revised)]
  const position = { epoch, seq: tip }
  const superseded = names.length === 0 ? [] : await idsOf(client, id, names)
  return { id, channel, position, superseded, revisions: revisionsOf(revised) }
}

/** Where a channel begins that nobody has heard of: it is made, so that it begins there for everybody. */
export async function makeChannel(database: Postgres, channel: string): Promise<Position> {
  const { rows } = await database.query(
    `WITH made AS (INSERT INTO log_channel (name, epoch) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING epoch)
     SELECT epoch FROM made UNION ALL SELECT epoch FROM log_channel WHERE name = $1`,
    [channel, createEpoch()],
  )
  const [known] = z.array(z.object({ epoch: z.string() })).parse(rows)
  // Made by somebody else in this moment, and not to be seen by this statement yet.
  return known === undefined ? await makeChannel(database, channel) : { ...known, seq: 0 }
}

const idRows = z.array(z.object({ id: z.int() }))

async function idsOf(
  client: Queryable,
  channel: number,
  names: readonly string[],
): Promise<number[]> {
  const { rows } = await client.query(
    'SELECT id FROM log_run WHERE channel = $1 AND name = ANY($2)',
    [channel, names],
  )
  return idRows.parse(rows).map(({ id }) => id)
}
