import { messageOf } from '../../../protocol/message-of.ts'
import { TroubleBoard } from '../sqlite/volumes/trouble-board.ts'
import { WorkerClient, type WorkerOptions } from './worker-client.ts'
import type { Calls } from './worker-protocol.ts'

/**
 * Workers that do the same; each call goes to the one with the least to do. `atOnce` of them are there at first: the
 * others start when a call finds all of them busy or gone, so that who never asks two things at once never pays for them.
 */
export class WorkerPool<C extends Calls> implements AsyncDisposable {
  readonly #workers: WorkerClient<C>[]
  readonly #open: () => Promise<WorkerClient<C>>
  readonly #size: number
  readonly #options: WorkerOptions
  readonly #board: TroubleBoard
  #growing: Promise<void> | undefined
  /** The last that was to be started did not come up. */
  #cannotGrow = false
  #closed = false

  private constructor(
    first: WorkerClient<C>[],
    open: () => Promise<WorkerClient<C>>,
    size: number,
    options: WorkerOptions,
    board: TroubleBoard,
  ) {
    this.#workers = first
    this.#open = open
    this.#size = size
    this.#options = options
    this.#board = board
  }

  static async open<C extends Calls>(
    options: WorkerOptions,
    { size, atOnce = size }: { readonly size: number; readonly atOnce?: number },
    board = new TroubleBoard(options.logger),
  ): Promise<WorkerPool<C>> {
    const open = (): Promise<WorkerClient<C>> => {
      const key = {}
      return WorkerClient.open<C>({
        ...options,
        onTroubles: (troubles) => board.take(key, troubles),
      })
    }
    const first = await Promise.all(Array.from({ length: atOnce }, open))
    return new WorkerPool(first, open, size, options, board)
  }

  async call<N extends keyof C & string>(name: N, input: C[N][0]): Promise<C[N][1]> {
    // Behind a long one it would wait for longer than a new worker takes to come up.
    if (this.#isBusy && !this.#closed) await this.#grow()
    return this.#idlest.call(name, input)
  }

  /** False only when none is left and none can be started: one can do the work of the other for a second. */
  get isRunning(): boolean {
    const canGrow = this.#workers.length < this.#size && !this.#cannotGrow
    return canGrow || this.#workers.some(({ isRunning }) => isRunning)
  }

  get problems(): readonly string[] {
    const stopped = this.#workers.flatMap(({ problem }) => problem ?? [])
    return [...new Set([...stopped, ...this.#board.problems])]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    await this.#growing
    await Promise.all(this.#workers.map((worker) => worker[Symbol.asyncDispose]()))
  }

  get #isBusy(): boolean {
    const { length } = this.#workers
    const isIdle = ({ isRunning, waiting }: WorkerClient<C>): boolean => isRunning && waiting === 0
    return length < this.#size && !this.#workers.some(isIdle)
  }

  get #idlest(): WorkerClient<C> {
    const running = this.#workers.filter(({ isRunning }) => isRunning)
    const [first, ...others] = running.length > 0 ? running : this.#workers
    if (first === undefined) throw new Error('a pool without workers')
    return others.reduce((best, each) => (each.waiting < best.waiting ? each : best), first)
  }

  /** Those that call meanwhile wait for the same one; when it cannot come up, the others do its work. */
  #grow(): Promise<void> {
    this.#growing ??= this.#open()
      .then(
        (worker) => {
          this.#cannotGrow = false
          this.#workers.push(worker)
        },
        (error: unknown) => {
          this.#cannotGrow = true
          const reason = messageOf(error)
          const { logger, title } = this.#options
          logger?.warn({}, `another ${title} cannot be started: ${reason}`)
        },
      )
      .finally(() => (this.#growing = undefined))
    return this.#growing
  }
}
