import { leaseMs, type Holder, type Leases } from '../../ports/leases.ts'

interface Lease {
  readonly producer: string
  /** Ends the session that holds it; null while its connection is gone and the lease runs out. */
  fence: (() => void) | null
  until: number
  /** It was told that it is over. */
  isTold: boolean
}

export interface MemoryLeasesOptions {
  /** A clock that nobody sets: a lease must not last an hour because the wall clock was put back. */
  readonly now?: (() => number) | undefined
  /** Default as the protocol says. */
  readonly leaseMs?: number | undefined
}

/** The leases of a single node. */
export class MemoryLeases implements Leases {
  readonly #now: () => number
  readonly #leaseMs: number
  readonly #byChannel = new Map<string, Lease>()
  readonly #listeners = new Set<(channel: string) => void>()
  #timer: NodeJS.Timeout | undefined

  constructor(options: MemoryLeasesOptions = {}) {
    this.#now = options.now ?? (() => performance.now())
    this.#leaseMs = options.leaseMs ?? leaseMs
  }

  known(): Promise<void> {
    return Promise.resolve()
  }

  acquire(
    channel: string,
    producer: string,
    fence: () => void,
  ): Promise<{ ok: true } | { ok: false; retryAfterMs: number }> {
    const held = this.#byChannel.get(channel)
    const now = this.#now()
    if (held !== undefined && held.producer !== producer && held.until > now)
      return Promise.resolve({ ok: false, retryAfterMs: held.until - now })
    held?.fence?.()
    this.#byChannel.set(channel, { producer, fence, until: now + this.#leaseMs, isTold: false })
    this.#lookLater()
    return Promise.resolve({ ok: true })
  }

  renew(channel: string, fence: () => void): void {
    const held = this.#byChannel.get(channel)
    if (held?.fence !== fence) return
    held.until = this.#now() + this.#leaseMs
    held.isTold = false
    this.#lookLater()
  }

  leave(channel: string, fence: () => void): void {
    const held = this.#byChannel.get(channel)
    if (held?.fence === fence) held.fence = null
  }

  release(channel: string, fence: () => void): void {
    if (this.#byChannel.get(channel)?.fence === fence) this.#byChannel.delete(channel)
  }

  holderOf(channel: string): Holder | undefined {
    const held = this.#byChannel.get(channel)
    const now = this.#now()
    if (held === undefined || held.until <= now) return undefined
    const { producer, fence, until } = held
    return { producer, isConnected: fence !== null, silentMs: now - (until - this.#leaseMs) }
  }

  isHeld(channel: string): boolean {
    const held = this.#byChannel.get(channel)
    return held !== undefined && held.until > this.#now()
  }

  onLapsed(listener: (channel: string) => void, signal: AbortSignal): void {
    if (signal.aborted) return
    const own = (channel: string): void => listener(channel)
    this.#listeners.add(own)
    signal.addEventListener('abort', () => this.#listeners.delete(own), { once: true })
    this.#lookLater()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer)
    this.#listeners.clear()
    return Promise.resolve()
  }

  /** When the first of them may be over. */
  #lookLater(): void {
    if (this.#timer !== undefined || this.#listeners.size === 0) return
    let first = Infinity
    for (const { until, isTold } of this.#byChannel.values())
      if (!isTold) first = Math.min(first, until)
    if (first === Infinity) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#tellLapsed()
      this.#lookLater()
    }, first - this.#now())
    this.#timer.unref()
  }

  #tellLapsed(): void {
    const now = this.#now()
    for (const [channel, lease] of this.#byChannel) {
      if (lease.until > now || lease.isTold) continue
      lease.isTold = true
      // A connection that is silent and not gone may still go on.
      if (lease.fence === null) this.#byChannel.delete(channel)
      for (const listener of [...this.#listeners]) listener(channel)
    }
  }
}
