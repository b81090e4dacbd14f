import type { Standing } from '../ports/alerts.ts'
import type { Logger } from '../ports/telemetry.ts'
import type { MatchingCalls } from './matching/matching-calls.ts'
import { WorkerClient } from './workers/worker-client.ts'

/** The matcher behind a thread of its own, which is started when it is first told to wait for something. */
export class WorkerStanding implements Standing, AsyncDisposable {
  readonly #logger: Logger
  #worker: Promise<WorkerClient<MatchingCalls>> | undefined

  constructor(logger: Logger) {
    this.#logger = logger
  }

  begin = this.#method('begin')
  listenFor = this.#method('listenFor')
  hear = this.#method('hear')
  heardSince = this.#method('heardSince')
  tick = this.#method('tick')

  async [Symbol.asyncDispose](): Promise<void> {
    const worker = await this.#worker?.catch(() => undefined)
    await worker?.[Symbol.asyncDispose]()
  }

  #method<N extends keyof MatchingCalls>(
    name: N,
  ): (...args: MatchingCalls[N][0]) => Promise<MatchingCalls[N][1]> {
    return async (...args) => {
      this.#worker ??= this.#open()
      return await (await this.#worker).call(name, args)
    }
  }

  async #open(): Promise<WorkerClient<MatchingCalls>> {
    try {
      return await WorkerClient.open<MatchingCalls>({
        entry: new URL('./matching/matching-worker.ts', import.meta.url),
        data: null,
        title: 'matcher',
        logger: this.#logger,
        onFatal: (message) => this.#logger.error({}, message),
      })
    } catch (error) {
      // Tried again by whoever calls next.
      this.#worker = undefined
      throw error
    }
  }
}
