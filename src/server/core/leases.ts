/** How long a channel stays its producer's after the last byte heard of it (docs/protocol.md). */
export const leaseMs = 30_000

/** Who holds a channel now. */
interface Lease {
  readonly producer: string
  /** Ends the session that holds it; null while its connection is gone and the lease runs out. */
  fence: (() => void) | null
  until: number
}

/** One producer per channel: a lease lasts 30 s after its last byte, and a newer connection of the same producer takes it over. */
export class Leases {
  readonly #now: () => number
  readonly #byChannel = new Map<string, Lease>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** `busy` with the time until another producer may try again. `fence` is called when a newer connection takes over. */
  acquire(
    channel: string,
    producer: string,
    fence: () => void,
  ): { ok: true } | { ok: false; retryAfterMs: number } {
    const held = this.#byChannel.get(channel)
    const now = this.#now()
    if (held !== undefined && held.producer !== producer && held.until > now)
      return { ok: false, retryAfterMs: held.until - now }
    held?.fence?.()
    this.#byChannel.set(channel, { producer, fence, until: now + leaseMs })
    return { ok: true }
  }

  /** A byte was heard. */
  renew(channel: string, fence: () => void): void {
    const held = this.#byChannel.get(channel)
    if (held?.fence === fence) held.until = this.#now() + leaseMs
  }

  /** The connection is gone; the channel stays reserved for its producer until the lease is over. */
  leave(channel: string, fence: () => void): void {
    const held = this.#byChannel.get(channel)
    if (held?.fence === fence) held.fence = null
  }

  /** The producer said `end`: anyone may feed the channel now. */
  release(channel: string, fence: () => void): void {
    if (this.#byChannel.get(channel)?.fence === fence) this.#byChannel.delete(channel)
  }

  /** Who has the channel now, and how long nothing was heard of them; undefined when nobody has. */
  holderOf(
    channel: string,
  ):
    | { readonly producer: string; readonly isConnected: boolean; readonly silentMs: number }
    | undefined {
    const held = this.#byChannel.get(channel)
    const now = this.#now()
    if (held === undefined || held.until <= now) return undefined
    const { producer, fence, until } = held
    return { producer, isConnected: fence !== null, silentMs: now - (until - leaseMs) }
  }

  /** Whether a producer is connected, or may still come back within its lease. */
  isHeld(channel: string): boolean {
    const held = this.#byChannel.get(channel)
    return held !== undefined && held.until > this.#now()
  }
}
