import type { Trouble } from '../volumes/troubles.ts'
import { WorkerClient, type WorkerOptions } from './worker-client.ts'
import type { Calls } from './worker-protocol.ts'

/** Workers that do the same; each call goes to the one with the least to do. */
export class WorkerPool<C extends Calls> implements AsyncDisposable {
  readonly #options: WorkerOptions
  #workers: readonly WorkerClient<C>[] = []
  /** What each worker cannot read. */
  readonly #troubles: (readonly Trouble[])[] = []

  private constructor(options: WorkerOptions) {
    this.#options = options
  }

  static async open<C extends Calls>(options: WorkerOptions, size: number): Promise<WorkerPool<C>> {
    const pool = new WorkerPool<C>(options)
    const open = (_: unknown, n: number): Promise<WorkerClient<C>> =>
      WorkerClient.open<C>({ ...options, onTroubles: (troubles) => pool.#take(n, troubles) })
    pool.#workers = await Promise.all(Array.from({ length: size }, open))
    return pool
  }

  call<N extends keyof C & string>(name: N, input: C[N][0]): Promise<C[N][1]> {
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
