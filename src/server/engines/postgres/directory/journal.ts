import type { PoolClient } from 'pg'
import { z } from 'zod'
import type { Postgres } from '../database.ts'

/** Tables of which every node holds all rows in memory. */
const rowKinds = ['channel', 'token', 'person', 'session', 'passkey', 'link'] as const
export type RowKind = (typeof rowKinds)[number]

/** Which rows were changed, made or removed; by the kind of row, their ids. */
export type ChangedRows = ReadonlyMap<RowKind, readonly string[]>

/** Says that rows of a kind are others than before. */
export type NoteChange = (kind: RowKind, ...ids: readonly string[]) => void

/** What nodes listen to; the text is the version that a change made, or empty when some may have been missed. */
export const journalChannel = 'ccr_directory'

/** Any number, the same for every node: of two changes one waits, so that versions are in the order of commits. */
const lockKey = 7_232_015

/** Longer than any node goes on without reading the journal; one that did reads all rows again. */
const keptFor = '1 hour'

/** The last change of this process: one at a time, as those that wait for the lock hold connections that others need. */
const turns = new WeakMap<Postgres, Promise<unknown>>()

/** Makes a change, alone of all nodes, and writes down what it was, for all of them. All of it or nothing. */
export function change<T>(
  database: Postgres,
  work: (client: PoolClient, note: NoteChange) => Promise<T>,
): Promise<T> {
  const before = turns.get(database) ?? Promise.resolve()
  const turn = before.then(() => changeAlone(database, work))
  turns.set(
    database,
    turn.catch(() => undefined),
  )
  return turn
}

async function changeAlone<T>(
  database: Postgres,
  work: (client: PoolClient, note: NoteChange) => Promise<T>,
): Promise<T> {
  return await database.transaction(async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [lockKey])
    const kinds: RowKind[] = []
    const ids: string[] = []
    const result = await work(client, (kind, ...changed) => {
      for (const id of changed) {
        kinds.push(kind)
        ids.push(id)
      }
    })
    if (ids.length > 0)
      await client.query(
        `WITH noted AS (
           INSERT INTO directory_change (kind, id)
           SELECT kind, id FROM unnest($1::text[], $2::text[]) AS changed (kind, id)
           RETURNING version
         )
         SELECT pg_notify($3, max(version)::text) FROM noted`,
        [kinds, ids, journalChannel],
      )
    return result
  })
}

const entrySchema = z.object({ version: z.int(), kind: z.string(), id: z.string() })

/** The newest version; what is read afterwards is at least as new. */
export async function newestVersion(database: Postgres): Promise<number> {
  const { rows } = await database.query('SELECT max(version) AS version FROM directory_change')
  return z.object({ version: z.int() }).parse(rows[0]).version
}

/** What was changed after a version; null when the journal no longer knows. */
export async function changesAfter(
  database: Postgres,
  version: number,
): Promise<{ readonly version: number; readonly changed: ChangedRows } | null> {
  const { rows } = await database.query(
    'SELECT version, kind, id FROM directory_change WHERE version >= $1 ORDER BY version',
    [version],
  )
  const entries = rows.map((row) => entrySchema.parse(row))
  // The entry of the version itself proves that none behind it was forgotten.
  if (entries[0]?.version !== version) return null
  const changed = new Map<RowKind, string[]>()
  for (const kind of rowKinds) {
    const ids = entries.slice(1).flatMap((entry) => (entry.kind === kind ? [entry.id] : []))
    if (ids.length > 0) changed.set(kind, [...new Set(ids)])
  }
  return { version: entries.at(-1)?.version ?? version, changed }
}

/** Forgets what every node has read long ago; never the newest entry. */
export async function tidyJournal(database: Postgres): Promise<void> {
  await database.query(
    `DELETE FROM directory_change
     WHERE at < now() - $1::interval AND version < (SELECT max(version) FROM directory_change)`,
    [keptFor],
  )
}
