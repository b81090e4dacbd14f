import type { Position } from '../../../../protocol/position.ts'
import type { AppendResult, Batch, Monitoring, ProducerState } from '../../../ports/log.ts'
import type { Filed } from './log-store.ts'

/** Calls of the log's worker. Times of storage come from the main thread, whose clock tests hold. */
export type LogCalls = {
  append: [{ readonly batch: Batch; readonly nowMs: number }, AppendResult]
  fence: [string, number]
  producer: [{ readonly channel: string; readonly producer: string }, ProducerState]
  monitoring: [string, Monitoring | null]
  tip: [string, Position]
  filed: [Filed, null]
  /** Deletes what is filed and was stored before; answers how many rows went. */
  expire: [{ readonly beforeMs: number; readonly rejectsBeforeMs: number }, number]
  /** Retention: puts news of its removal in the place of what is past; answers how many rows that were. */
  forget: [{ readonly channel: string; readonly beforeMs: number }, number]
  /** Months in whose volumes nothing of the channel is left. */
  unshelve: [{ readonly channel: string; readonly months: readonly number[] }, null]
  /** Test seams, refused unless the log was opened for tests. */
  fault: [{ readonly maxPages: number } | 'crash', null]
}

export interface LogWorkerData {
  readonly dataDir: string
  readonly testing: boolean
}
