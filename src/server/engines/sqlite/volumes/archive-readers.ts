import { WorkerPool } from '../../workers/worker-pool.ts'
import type { WorkerOptions } from '../../workers/worker-client.ts'
import type { TroubleBoard } from './trouble-board.ts'
import type { ArchiveCalls } from './archive-worker.ts'

/** So that a page of a transcript does not wait behind a page of a download, nor for a reader that has died. */
const threads = { size: 2, atOnce: 1 }

/**
 * What a page leaves behind is taken away while the heap is small: without these, a long download lets each reader
 * grow by a hundred megabytes before anything is. A page and the blocks that are kept need some 40.
 */
const limits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 256 }

export type ArchiveReaders = WorkerPool<ArchiveCalls>

export interface ArchiveReadersOptions extends Pick<WorkerOptions, 'logger' | 'onFatal'> {
  readonly dataDir: string
  readonly board?: TroubleBoard
}

/** The workers that read a data folder's archive, beside whoever writes to it. */
export function openArchiveReaders({
  dataDir,
  board,
  ...options
}: ArchiveReadersOptions): Promise<ArchiveReaders> {
  const entry = new URL('./archive-worker.ts', import.meta.url)
  const worker = { ...options, entry, data: { dataDir }, title: 'archive reader', limits }
  return WorkerPool.open<ArchiveCalls>(worker, threads, board)
}
