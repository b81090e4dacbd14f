import type { Logger } from '../../../ports/telemetry.ts'
import type { ArchiveCalls } from '../volumes/archive-worker.ts'
import { WorkerClient } from './worker-client.ts'

/** Two, so that a page of a transcript does not wait behind a page of a download. */
const poolSize = 2

/** Reading workers; each call goes to the one with the least to do. */
export class ReaderPool implements AsyncDisposable {
  readonly #workers: readonly WorkerClient<ArchiveCalls>[]

  private constructor(workers: readonly WorkerClient<ArchiveCalls>[]) {
    this.#workers = workers
  }

  static async open(dataDir: string, logger: Logger | undefined): Promise<ReaderPool> {
    const entry = new URL('../volumes/archive-worker.ts', import.meta.url)
    const open = (): Promise<WorkerClient<ArchiveCalls>> =>
      WorkerClient.open({ entry, data: { dataDir }, title: 'archive reader', logger })
    return new ReaderPool(await Promise.all(Array.from({ length: poolSize }, open)))
  }

  call<N extends keyof ArchiveCalls>(
    name: N,
    input: ArchiveCalls[N][0],
  ): Promise<ArchiveCalls[N][1]> {
    const running = this.#workers.filter(({ problem }) => problem === null)
    const [first, ...others] = running.length > 0 ? running : this.#workers
    if (first === undefined) throw new Error('a pool without workers')
    const idlest = others.reduce((best, each) => (each.waiting < best.waiting ? each : best), first)
    return idlest.call(name, input)
  }

  /** Only when none is left: one can do the work of the other for a second. */
  get problem(): string | null {
    return this.#workers.some(({ problem }) => problem === null)
      ? null
      : (this.#workers[0]?.problem ?? null)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker[Symbol.asyncDispose]()))
  }
}
