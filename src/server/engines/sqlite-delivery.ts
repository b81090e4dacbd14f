import { existsSync } from 'node:fs'
import type { Outbox, WholeLetter } from '../ports/mail.ts'
import type { Logger } from '../ports/telemetry.ts'
import { deliveryFile } from './sqlite/data-folder.ts'
import type { DeliveryCalls } from './sqlite/delivery/delivery-calls.ts'
import { WorkerClient } from './sqlite/workers/worker-client.ts'

export interface SqliteDeliveryOptions {
  readonly dataDir: string
  readonly logger: Logger
  readonly now: () => number
}

/** data/delivery.db behind its thread, which is started when it is first needed: many servers send nothing. */
export class SqliteDelivery implements AsyncDisposable {
  readonly outbox: Outbox & { add(letter: WholeLetter): Promise<void> }
  readonly #options: SqliteDeliveryOptions
  #worker: Promise<WorkerClient<DeliveryCalls>> | undefined

  constructor(options: SqliteDeliveryOptions) {
    this.#options = options
    const { now } = options
    this.outbox = {
      add: async (letter) => {
        await this.#call('outboxAdd', { letter, nowMs: now() })
      },
      list: async (before, limit) =>
        this.#exists() ? await this.#call('outboxList', { before, limit }) : [],
      read: async (id) => (this.#exists() ? await this.#call('outboxRead', id) : undefined),
      clear: async () => {
        if (this.#exists()) await this.#call('outboxClear', null)
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const worker = await this.#worker?.catch(() => undefined)
    await worker?.[Symbol.asyncDispose]()
  }

  /** Nothing is made by looking. */
  #exists(): boolean {
    return this.#worker !== undefined || existsSync(deliveryFile(this.#options.dataDir))
  }

  async #call<N extends keyof DeliveryCalls>(
    name: N,
    input: DeliveryCalls[N][0],
  ): Promise<DeliveryCalls[N][1]> {
    this.#worker ??= this.#open()
    return await (await this.#worker).call(name, input)
  }

  async #open(): Promise<WorkerClient<DeliveryCalls>> {
    const { dataDir, logger } = this.#options
    try {
      return await WorkerClient.open<DeliveryCalls>({
        entry: new URL('./sqlite/delivery/delivery-worker.ts', import.meta.url),
        data: { dataDir },
        title: 'delivery writer',
        logger,
        onFatal: (message) => logger.error({}, message),
      })
    } catch (error) {
      // Tried again by whoever calls next.
      this.#worker = undefined
      throw error
    }
  }
}
