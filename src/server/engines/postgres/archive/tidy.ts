import type { Objects } from '../../../ports/objects.ts'
import type { Postgres } from '../database.ts'
import { BinFiler } from './bin-filer.ts'
import { sweepObjects } from './loose-objects.ts'

/** As long as the embedded engine keeps them. */
const keepRejectsMs = 30 * 24 * 3_600_000

/** What the archive needs now and then, by any node, or several. Rejects with `storage-unavailable` (CcrError). */
export async function tidyArchive(
  database: Postgres,
  objects: Objects,
  nowMs: number,
): Promise<void> {
  await database.query('DELETE FROM reject WHERE stored_ms < $1', [nowMs - keepRejectsMs])
  await new BinFiler(database, objects).pass(nowMs)
  await sweepObjects(database, objects)
}
