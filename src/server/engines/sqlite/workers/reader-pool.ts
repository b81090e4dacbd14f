import type { Logger } from '../../../ports/telemetry.ts'
import type { ArchiveCalls } from '../volumes/archive-worker.ts'
import type { Trouble } from '../volumes/troubles.ts'
import { WorkerClient } from './worker-client.ts'

/** Two, so that a page of a transcript does not wait behind a page of a download. */
const poolSize = 2

export interface ReaderPoolOptions {
  readonly dataDir: string
  readonly logger: Logger | undefined
  readonly onFatal: (message: string) => void
}

/** Reading workers; each call goes to the one with the least to do. */
export class ReaderPool implements AsyncDisposable {
  readonly #options: ReaderPoolOptions
  #workers: readonly WorkerClient<ArchiveCalls>[] = []
  /** What each worker cannot read. */
  readonly #troubles: (readonly Trouble[])[] = []

  private constructor(options: ReaderPoolOptions) {
    this.#options = options
  }

  static async open(options: ReaderPoolOptions): Promise<ReaderPool> {
    const pool = new ReaderPool(options)
    const { dataDir, logger, onFatal } = options
    const entry = new URL('../volumes/archive-worker.ts', import.meta.url)
    const open = (_: unknown, n: number): Promise<WorkerClient<ArchiveCalls>> =>
      WorkerClient.open({
        ...{ entry, data: { dataDir }, title: 'archive reader', logger, onFatal },
        onTroubles: (troubles) => pool.#take(n, troubles),
      })
    pool.#workers = await Promise.all(Array.from({ length: poolSize }, open))
    return pool
  }

  call<N extends keyof ArchiveCalls>(
    name: N,
    input: ArchiveCalls[N][0],
  ): Promise<ArchiveCalls[N][1]> {
    const running = this.#workers.filter(({ isRunning }) => isRunning)
    const [first, ...others] = running.length > 0 ? running : this.#workers
    if (first === undefined) throw new Error('a pool without workers')
    const idlest = others.reduce((best, each) => (each.waiting < best.waiting ? each : best), first)
    return idlest.call(name, input)
  }

  /** False only when none is left: one can do the work of the other for a second. */
  get isRunning(): boolean {
    return this.#workers.some(({ isRunning }) => isRunning)
  }

  get problems(): readonly string[] {
    const stopped = this.#workers.flatMap(({ problem }) => problem ?? [])
    return [...new Set([...stopped, ...this.#found().values()])]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker[Symbol.asyncDispose]()))
  }

  /** The problem by file, whichever worker has met it. */
  #found(): Map<string, string> {
    return new Map(this.#troubles.flat().map(({ file, problem }) => [file, problem]))
  }

  #take(worker: number, troubles: readonly Trouble[] | null): void {
    const { logger } = this.#options
    const before = this.#found()
    this.#troubles[worker] = troubles ?? []
    // One that has ended knows nothing; the next will find out.
    if (troubles === null) return
    const after = this.#found()
    for (const [file, problem] of after) if (!before.has(file)) logger?.error({}, problem)
    for (const file of before.keys())
      if (!after.has(file)) logger?.info({}, `${file} can be read again`)
  }
}
