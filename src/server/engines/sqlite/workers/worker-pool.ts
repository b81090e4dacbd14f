import { WorkerClient, type WorkerOptions } from './worker-client.ts'
import type { Calls } from './worker-protocol.ts'

/** Workers that do the same; each call goes to the one with the least to do. */
export class WorkerPool<C extends Calls> implements AsyncDisposable {
  readonly #workers: readonly WorkerClient<C>[]

  private constructor(workers: readonly WorkerClient<C>[]) {
    this.#workers = workers
  }

  static async open<C extends Calls>(options: WorkerOptions, size: number): Promise<WorkerPool<C>> {
    const open = (): Promise<WorkerClient<C>> => WorkerClient.open<C>(options)
    return new WorkerPool(await Promise.all(Array.from({ length: size }, open)))
  }

  call<N extends keyof C & string>(name: N, input: C[N][0]): Promise<C[N][1]> {
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
