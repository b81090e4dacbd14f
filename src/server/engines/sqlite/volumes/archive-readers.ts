import type { Logger } from '../../../ports/telemetry.ts'
import { WorkerPool } from '../workers/worker-pool.ts'
import type { ArchiveCalls } from './archive-worker.ts'

/** So that a page of a transcript does not wait behind a page of a download. */
const readerCount = 2

export type ArchiveReaders = WorkerPool<ArchiveCalls>

/** The workers that read a data folder's archive, beside whoever writes to it. */
export function openArchiveReaders(
  dataDir: string,
  logger: Logger | undefined,
): Promise<ArchiveReaders> {
  const entry = new URL('./archive-worker.ts', import.meta.url)
  const options = { entry, data: { dataDir }, title: 'archive reader', logger }
  return WorkerPool.open<ArchiveCalls>(options, readerCount)
}
