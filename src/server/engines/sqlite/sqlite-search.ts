import type { Health, HealthSource } from '../../ports/health.ts'
import type {
  Search,
  SearchPage,
  SearchPageRequest,
  Timeline,
  TimelineRequest,
} from '../../ports/search.ts'
import type { Logger } from '../../ports/telemetry.ts'
import type { SearchCalls } from './index/search/search-worker.ts'
import type { TroubleBoard } from './volumes/trouble-board.ts'
import { WorkerPool } from '../workers/worker-pool.ts'

/** Two, so that a page does not wait behind a chart; each keeps what is not indexed yet in memory. */
const threads = { size: 2, atOnce: 1 }

export interface SqliteSearchOptions {
  readonly dataDir: string
  readonly logger: Logger | undefined
  readonly onFatal: (message: string) => void
  readonly board: TroubleBoard
}

/** The search index in data/index, together with what only the log holds. */
export class SqliteSearch implements Search, HealthSource {
  readonly #workers: WorkerPool<SearchCalls>

  private constructor(workers: WorkerPool<SearchCalls>) {
    this.#workers = workers
  }

  static async open({
    dataDir,
    logger,
    onFatal,
    board,
  }: SqliteSearchOptions): Promise<SqliteSearch> {
    const entry = new URL('./index/search/search-worker.ts', import.meta.url)
    const options = { entry, data: { dataDir }, title: 'search', logger, onFatal }
    return new SqliteSearch(await WorkerPool.open<SearchCalls>(options, threads, board))
  }

  page(request: SearchPageRequest): Promise<SearchPage> {
    return this.#workers.call('page', request)
  }

  timeline(request: TimelineRequest): Promise<Timeline> {
    return this.#workers.call('timeline', request)
  }

  health(): Health {
    return { ok: true, problems: this.#workers.problems }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#workers[Symbol.asyncDispose]()
  }
}
