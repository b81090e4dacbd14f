import { existsSync } from 'node:fs'
import type { DeliveryOutput, DeliveryStore } from '../../ports/delivery.ts'
import type { Outbox, WholeLetter } from '../../ports/mail.ts'
import type { Logger } from '../../ports/telemetry.ts'
import { deliveryFile } from './data-folder.ts'
import type { DeliveryCalls, Settled } from './delivery/delivery-calls.ts'
import { grouped } from '../workers/grouped.ts'
import { WorkerClient } from '../workers/worker-client.ts'

export interface SqliteDeliveryOptions {
  readonly dataDir: string
  readonly logger: Logger
  readonly now: () => number
}

/** data/delivery.db behind its thread, which is started when it is first needed: many servers send nothing. */
export class SqliteDelivery implements DeliveryStore, DeliveryOutput, AsyncDisposable {
  readonly outbox: Outbox & { add(letter: WholeLetter): Promise<void> }
  readonly #options: SqliteDeliveryOptions
  /** They never change. */
  readonly #secrets = new Map<string, string>()
  #worker: Promise<WorkerClient<DeliveryCalls>> | undefined

  constructor(options: SqliteDeliveryOptions) {
    this.#options = options
    const { now } = options
    this.outbox = {
      add: (letter) => this.#call('outboxAdd', letter, now()),
      list: async (before, limit) =>
        this.isMade ? await this.#call('outboxList', before, limit) : [],
      read: async (id) => (this.isMade ? await this.#call('outboxRead', id) : undefined),
      clear: async () => {
        if (this.isMade) await this.#call('outboxClear')
      },
    }
  }

  /** Whether there is anything: nothing is made by looking. */
  get isMade(): boolean {
    return this.#worker !== undefined || existsSync(deliveryFile(this.#options.dataDir))
  }

  destinations = this.#method('destinations')
  destination = this.#method('destination')
  addDestination = this.#method('addDestination')
  changeDestination = this.#method('changeDestination')
  removeDestination = this.#method('removeDestination')
  removeOwner = this.#method('removeOwner')
  add = this.#method('add')
  due = this.#method('due')
  settle = grouped((all: readonly Settled[]) => this.#call('settle', all))
  deliveries = this.#method('deliveries')
  replay = this.#method('replay')
  sweep = this.#method('sweep')
  stop = this.#method('stop')
  stops = this.#method('stops')
  resume = this.#method('resume')
  take = this.#method('take')
  block = this.#method('block')
  isBlocked = this.#method('isBlocked')

  /** Of the only process there is: nobody else sends. */
  output(): DeliveryOutput {
    return this
  }

  async secret(name: string, make: () => string): Promise<string> {
    const held = this.#secrets.get(name)
    if (held !== undefined) return held
    const kept =
      (await this.#call('secret', name, null)) ?? (await this.#call('secret', name, make()))
    if (kept === null) throw new Error(`the secret ${name} was not kept`)
    this.#secrets.set(name, kept)
    return kept
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const worker = await this.#worker?.catch(() => undefined)
    await worker?.[Symbol.asyncDispose]()
  }

  #method<N extends keyof DeliveryCalls>(
    name: N,
  ): (...args: DeliveryCalls[N][0]) => Promise<DeliveryCalls[N][1]> {
    return (...args) => this.#call(name, ...args)
  }

  async #call<N extends keyof DeliveryCalls>(
    name: N,
    ...args: DeliveryCalls[N][0]
  ): Promise<DeliveryCalls[N][1]> {
    this.#worker ??= this.#open()
    return await (await this.#worker).call(name, args)
  }

  async #open(): Promise<WorkerClient<DeliveryCalls>> {
    const { dataDir, logger } = this.#options
    try {
      return await WorkerClient.open<DeliveryCalls>({
        entry: new URL('./delivery/delivery-worker.ts', import.meta.url),
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
