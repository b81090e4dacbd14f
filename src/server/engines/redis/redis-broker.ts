import type { Announcement, Broker } from '../../ports/broker.ts'
import { MemoryBroker } from '../memory/memory-broker.ts'
import { announcementSchema } from './announcement-schema.ts'
import type { RedisBus } from './bus.ts'

const kind = 'announcement'

/**
 * The broker of several nodes: what a node announces its own listeners hear before `announce` returns, and others a moment
 * later. While Redis is away, or a node's connection to it, the others hear nothing of it, and go on by what they hear next.
 */
export class RedisBroker implements Broker {
  readonly #bus: RedisBus
  readonly #here = new MemoryBroker()
  readonly #closing = new AbortController()

  constructor(bus: RedisBus) {
    this.#bus = bus
    const hear = (announcement: Announcement): void => this.#here.announce(announcement)
    bus.listen(kind, announcementSchema, hear, this.#closing.signal)
  }

  announce(announcement: Announcement): void {
    this.#here.announce(announcement)
    this.#bus.tell(kind, announcement.channel, announcement)
  }

  announceHere(announcement: Announcement): void {
    this.#here.announce(announcement)
  }

  listen(listener: (announcement: Announcement) => void, signal: AbortSignal): void {
    this.#here.listen(listener, signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    await this.#here[Symbol.asyncDispose]()
  }
}
