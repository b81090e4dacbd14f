import { WorkerPool } from '../workers/worker-pool.ts'
import type { WorkerOptions } from '../workers/worker-client.ts'
import type { ArchiveCalls } from './archive-worker.ts'

/** So that a page of a transcript does not wait behind a page of a download. */
const readerCount = 2

export type ArchiveReaders = WorkerPool<ArchiveCalls>

export interface ArchiveReadersOptions extends Pick<WorkerOptions, 'logger' | 'onFatal'> {
  readonly dataDir: string
}

/** The workers that read a data folder's archive, beside whoever writes to it. */
export function openArchiveReaders({
  dataDir,
  ...options
}: ArchiveReadersOptions): Promise<ArchiveReaders> {
  const entry = new URL('./archive-worker.ts', import.meta.url)
  const worker = { ...options, entry, data: { dataDir }, title: 'archive reader' }
  return WorkerPool.open<ArchiveCalls>(worker, readerCount)
}
