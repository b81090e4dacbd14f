import { existsSync } from 'node:fs'
import type { Logger } from '../../ports/telemetry.ts'
import { SqliteArchive } from './sqlite-archive.ts'
import { logFile } from './data-folder.ts'
import { openArchiveReaders } from './volumes/archive-readers.ts'

/** Opens the archive of a data folder beside whoever writes to it; undefined when nothing was ever stored. */
export async function openSqliteReading(
  dataDir: string,
  logger?: Logger,
): Promise<SqliteArchive | undefined> {
  if (!existsSync(logFile(dataDir))) return undefined
  // Its calls are answered with what is wrong; there is nothing else to end.
  const readers = await openArchiveReaders({ dataDir, logger, onFatal: () => undefined })
  // A channel that nothing was ever stored of has no epoch yet; only its writer gives it one.
  const forget = (): never => {
    throw new Error('an archive that is only read forgets nothing')
  }
  return new SqliteArchive(
    readers,
    { tip: () => Promise.resolve({ epoch: '', seq: 0 }) },
    forget,
    logger,
  )
}
