import type { Notification } from '../../../protocol/alerts.ts'
import type { DeliveryQueue, DeliveryStore } from '../../ports/delivery.ts'
import type { Dispatcher } from './dispatcher.ts'

export interface DeliveryServiceOptions {
  readonly store: Pick<DeliveryStore, 'add'>
  /** The destination that is the address of a person's account; null when there is no such person. */
  readonly accountDestination: (owner: string) => Promise<string | null>
  readonly now: () => number
}

/** Takes what is to be delivered, on any node, and wakes whoever sends when that is here. */
export class DeliveryService implements DeliveryQueue {
  readonly #options: DeliveryServiceOptions
  /** undefined while another node sends. */
  #dispatcher: Dispatcher | undefined

  constructor(options: DeliveryServiceOptions) {
    this.#options = options
  }

  async enqueue(notifications: readonly Notification[]): Promise<void> {
    const { store, now, accountDestination } = this.#options
    const deliveries = []
    for (const notification of notifications) {
      const account = notification.destinations.length === 0
      const ids = account
        ? [await accountDestination(notification.owner)]
        : notification.destinations
      for (const destination of new Set(ids))
        if (destination !== null) deliveries.push({ notification, destination })
    }
    if (deliveries.length === 0) return
    await store.add(deliveries, now())
    this.poke()
  }

  /** To be called when something may go that could not before. */
  poke(): void {
    this.#dispatcher?.wake()
  }

  /** Has this one send until `signal` aborts. */
  async serve(dispatcher: Dispatcher, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    this.#dispatcher = dispatcher
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    this.#dispatcher = undefined
  }
}
