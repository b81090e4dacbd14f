import { Worker, type ResourceLimits } from 'node:worker_threads'
import { CcrError } from '../../../protocol/codes.ts'
import { messageOf } from '../../../protocol/message-of.ts'
import type { Logger } from '../../ports/telemetry.ts'
import type { Trouble } from '../sqlite/volumes/troubles.ts'
import {
  answerError,
  type AnswerMessage,
  type CallMessage,
  type Calls,
  type WorkerMessage,
} from './worker-protocol.ts'

interface Pending {
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
}

export interface WorkerOptions {
  readonly entry: URL
  readonly data: unknown
  /** Names the worker in problems and logs. */
  readonly title: string
  readonly logger: Logger | undefined
  /** Of its heap; undefined = what the engine takes. */
  readonly limits?: ResourceLimits
  /** Called once, when the worker says that nothing may go on. */
  readonly onFatal: (message: string) => void
  /** null when the worker has ended. */
  readonly onTroubles?: (troubles: readonly Trouble[] | null) => void
}

/** A worker that died at once would otherwise be started in a tight loop. */
const restartAfterMs = 1000

/**
 * The main thread's end of a worker: calls become messages, answers settle promises. A worker that
 * dies rejects what was under way, is reported as a problem, and is started again.
 */
export class WorkerClient<C extends Calls> implements AsyncDisposable {
  readonly #options: WorkerOptions
  readonly #pending = new Map<number, Pending>()
  #worker: Worker | undefined
  #nextId = 1
  #outbox: CallMessage[] = []
  #problem: string | null = null
  #restart: NodeJS.Timeout | undefined
  #closed = false
  #fatal = false

  private constructor(options: WorkerOptions) {
    this.#options = options
  }

  /** Resolves when the worker can take calls; rejects with its reason when it cannot open. */
  static async open<C extends Calls>(options: WorkerOptions): Promise<WorkerClient<C>> {
    const client = new WorkerClient<C>(options)
    await client.#start()
    return client
  }

  /** Calls made before the worker is back fail at once: their callers have clients that wait. */
  call<N extends keyof C & string>(name: N, input: C[N][0]): Promise<C[N][1]> {
    if (this.#worker === undefined) return Promise.reject(this.#unavailable())
    return new Promise((resolve, reject) => {
      const id = this.#nextId++
      this.#pending.set(id, { resolve, reject })
      if (this.#outbox.length === 0) setImmediate(() => this.#flush())
      this.#outbox.push({ id, name, input })
    })
  }

  get waiting(): number {
    return this.#pending.size
  }

  get isRunning(): boolean {
    return this.#worker !== undefined
  }

  /** What is wrong with the worker, as far as it knows. */
  get problem(): string | null {
    return this.#worker === undefined ? `the ${this.#options.title} is not running` : this.#problem
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    clearTimeout(this.#restart)
    const worker = this.#worker
    if (worker === undefined) return
    this.#flush()
    const gone = new Promise((resolve) => worker.once('exit', resolve))
    worker.postMessage('close')
    await gone
  }

  /** One message for all calls of a turn: the cost of a message is mostly its own. */
  #flush(): void {
    const calls = this.#outbox
    this.#outbox = []
    if (calls.length > 0) this.#worker?.postMessage(calls)
  }

  #start(): Promise<void> {
    const { entry, data, title, logger, limits } = this.#options
    const worker = new Worker(entry, {
      workerData: data,
      name: title,
      ...(limits === undefined ? {} : { resourceLimits: limits }),
    })
    return new Promise((resolve, reject) => {
      let failure: Error | undefined
      worker.on('message', (message: WorkerMessage) => {
        switch (message.type) {
          case 'ready':
            this.#worker = worker
            this.#problem = null
            resolve()
            break
          case 'failed':
            failure = new Error(message.message)
            break
          case 'fatal':
            failure = new Error(message.message)
            this.#stop(message.message)
            break
          case 'troubles':
            this.#options.onTroubles?.(message.troubles)
            break
          case 'answers':
            for (const answer of message.answers) this.#settle(answer)
            break
          case 'problem':
            this.#report(message.problem)
            break
        }
      })
      worker.on('error', (error) => {
        failure = error instanceof Error ? error : new Error(String(error))
      })
      worker.on('exit', (code) => {
        const running = this.#worker === worker
        if (running) this.#worker = undefined
        reject(failure ?? new Error(`the ${title} ended with code ${code}`))
        this.#rejectPending()
        // One that never came up is told to whoever opens it.
        if (this.#closed || this.#fatal || !running) return
        this.#options.onTroubles?.(null)
        logger?.error({ err: failure, code }, `the ${title} has ended`)
        this.#restartLater()
      })
    })
  }

  /** Each reason for which it does not come back is logged once, however often it is tried. */
  #restartLater(told?: string): void {
    const { title, logger } = this.#options
    this.#restart = setTimeout(() => {
      this.#start().then(
        () => logger?.info({}, `the ${title} runs again`),
        (error: unknown) => {
          if (this.#closed || this.#fatal) return
          const reason = messageOf(error)
          if (reason !== told) logger?.error({}, `the ${title} cannot be started: ${reason}`)
          this.#restartLater(reason)
        },
      )
    }, restartAfterMs)
    this.#restart.unref()
  }

  #stop(message: string): void {
    if (this.#fatal) return
    this.#fatal = true
    this.#options.onFatal(message)
  }

  #report(problem: string | null): void {
    const { logger, title } = this.#options
    if (problem === this.#problem) return
    this.#problem = problem
    if (problem === null) logger?.info({}, `the ${title} works again`)
    else logger?.error({}, problem)
  }

  #settle(answer: AnswerMessage): void {
    const pending = this.#pending.get(answer.id)
    if (pending === undefined) return
    this.#pending.delete(answer.id)
    if (answer.ok) pending.resolve(answer.value as never)
    else pending.reject(answerError(answer))
  }

  #rejectPending(): void {
    this.#outbox = []
    for (const { reject } of this.#pending.values()) reject(this.#unavailable())
    this.#pending.clear()
  }

  #unavailable(): CcrError {
    return new CcrError('storage-unavailable', `The ${this.#options.title} is not running.`)
  }
}
