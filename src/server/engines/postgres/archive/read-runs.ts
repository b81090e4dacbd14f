import { z } from 'zod'
import type { ChannelTrack } from '../../../../protocol/api.ts'
import type { ArchivedRun } from '../../../ports/archive.ts'
import { listTracks } from '../../rules/channel-book.ts'
import type { KeptRun } from '../../rules/kept-log.ts'
import type { Postgres } from '../database.ts'

const trackRow = z.object({ tracks: z.array(z.tuple([z.string(), z.string().nullable()])) })

export async function readTracks(
  database: Postgres,
  channel: string,
): Promise<readonly ChannelTrack[]> {
  const { rows } = await database.query('SELECT tracks FROM log_channel WHERE name = $1', [channel])
  const row = trackRow.optional().parse(rows[0])
  return row === undefined ? [] : listTracks(new Map(row.tracks))
}

const noteRows = z.array(z.object({ note: z.unknown() }))

/** Announced runs after one, in order of their first storage. */
export async function readRuns(
  database: Postgres,
  channel: string,
  after: string | null,
  limit: number,
): Promise<readonly ArchivedRun[]> {
  const { rows } = await database.query(
    `SELECT log_run.note FROM log_run JOIN log_channel ON log_channel.id = channel
     WHERE log_channel.name = $1 AND announced AND log_run.id > coalesce((SELECT run.id FROM log_run AS run
       WHERE run.channel = log_channel.id AND run.name = $2), 0)
     ORDER BY log_run.id LIMIT $3`,
    [channel, after, limit],
  )
  return noteRows.parse(rows).flatMap(({ note }) => {
    const { announced: known, binProducer, binAtMs } = note as KeptRun
    if (known === null) return []
    const { ended, ...announced } = known
    const binUntil = binProducer === null ? null : new Date(binAtMs).toISOString()
    return { announced, ended: ended === true, binUntil }
  })
}
