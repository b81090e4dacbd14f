import { channel } from 'node:diagnostics_channel'
import type { Announcement, Broker } from '../../ports/broker.ts'

const announcing = channel('ccr:broker.announcing')
const announced = channel('ccr:broker.announced')

/** The broker of a single node: listeners are called in turn, before `announce` returns. */
export class MemoryBroker implements Broker {
  readonly #listeners = new Set<(announcement: Announcement) => void>()

  announce(announcement: Announcement): void {
    if (announcement.type === 'entries') announcing.publish(undefined)
    for (const listener of [...this.#listeners]) listener(announcement)
    if (announcement.type === 'entries') announced.publish(undefined)
  }

  announceHere(announcement: Announcement): void {
    this.announce(announcement)
  }

  listen(listener: (announcement: Announcement) => void, signal: AbortSignal): void {
    if (signal.aborted) return
    // A wrapper of its own, so that one function may listen twice and stop once.
    const own = (announcement: Announcement): void => {
      if (!signal.aborted) listener(announcement)
    }
    this.#listeners.add(own)
    signal.addEventListener('abort', () => this.#listeners.delete(own), { once: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.clear()
    return Promise.resolve()
  }
}
