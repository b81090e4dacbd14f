import { TroubleBoard } from '../volumes/trouble-board.ts'
import { WorkerClient, type WorkerOptions } from './worker-client.ts'
import type { Calls } from './worker-protocol.ts'

/** Workers that do the same; each call goes to the one with the least to do. */
export class WorkerPool<C extends Calls> implements AsyncDisposable {
  readonly #workers: readonly WorkerClient<C>[]
  readonly #board: TroubleBoard

  private constructor(workers: readonly WorkerClient<C>[], board: TroubleBoard) {
    this.#workers = workers
    this.#board = board
  }

  static async open<C extends Calls>(
    options: WorkerOptions,
    size: number,
    board = new TroubleBoard(options.logger),
  ): Promise<WorkerPool<C>> {
    const open = (): Promise<WorkerClient<C>> => {
      const key = {}
      return WorkerClient.open<C>({
        ...options,
        onTroubles: (troubles) => board.take(key, troubles),
      })
    }
    return new WorkerPool(await Promise.all(Array.from({ length: size }, open)), board)
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
    return [...new Set([...stopped, ...this.#board.problems])]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker[Symbol.asyncDispose]()))
  }
}
