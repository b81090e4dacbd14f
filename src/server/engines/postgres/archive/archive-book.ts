import { z } from 'zod'
import type { AiringNote } from '../../rules/airing-notes.ts'
import type { ProducerNote } from '../../rules/channel-book.ts'
import type { KeptBook, KeptRun } from '../../rules/kept-log.ts'
import { createWatchNote, type WatchNote } from '../../rules/log-holes.ts'
import type { Queryable } from '../database.ts'

const channelRow = z.object({
  id: z.int(),
  epoch: z.string(),
  version: z.int(),
  tip: z.int(),
  airings: z.array(z.unknown()),
  tracks: z.array(z.unknown()),
  watch: z.unknown(),
})
const noteRows = z.array(z.object({ name: z.string(), note: z.unknown() }))

/** A channel's whole book as it is stored; undefined when there is none. The client is in a snapshot. */
export async function readBook(client: Queryable, channel: string): Promise<KeptBook | undefined> {
  const found = await client.query(
    'SELECT id, epoch, version, tip, airings, tracks, watch FROM log_channel WHERE name = $1',
    [channel],
  )
  const row = channelRow.optional().parse(found.rows[0])
  if (row === undefined) return undefined
  const { id, epoch, version, tip } = row
  const notes = async <T>(sql: string): Promise<Record<string, T>> => {
    const { rows } = await client.query(sql, [id])
    // JSON that we wrote ourselves, so that its shape is known where it is read.
    return Object.fromEntries(noteRows.parse(rows).map(({ name, note }) => [name, note as T]))
  }
  const producers = await notes<ProducerNote>(
    'SELECT name, note FROM log_producer WHERE channel = $1',
  )
  const runs = await notes<KeptRun>('SELECT name, note FROM log_run WHERE channel = $1 ORDER BY id')
  return {
    ...{ epoch, version, tip, producers, runs },
    airings: row.airings as AiringNote[],
    tracks: row.tracks as [string, string | null][],
    watch: (row.watch as WatchNote | null) ?? createWatchNote(),
  }
}
