import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { leaseMs as protocolLeaseMs, type Holder, type Leases } from '../../ports/leases.ts'
import type { RedisBus } from './bus.ts'
import type { RedisConnection } from './connection.ts'
import { topicOf, topics } from './keys.ts'
import { acquireScript, syncScript } from './lease-scripts.ts'
import { LeaseView } from './lease-view.ts'

export interface RedisLeasesOptions {
  readonly redis: RedisConnection
  readonly bus: RedisBus
  /** Default as the protocol says. */
  readonly leaseMs?: number | undefined
  /** How often this node writes what it heard, and reads what others did; default 2 s. */
  readonly syncMs?: number | undefined
}

/** A lease of this node's. */
interface Own {
  readonly producer: string
  readonly session: string
  readonly fence: () => void
  state: 'connected' | 'left' | 'released'
  heardMs: number
  /** Others have yet to be told. */
  isNews: boolean
}

const kind = 'lease'
const newsSchema = z.object({
  channel: z.string(),
  producer: z.string(),
  session: z.string(),
  state: z.enum(['connected', 'left', 'released']),
  silentMs: z.number().nonnegative(),
})
const takenSchema = z.union([z.tuple([z.literal(1)]), z.tuple([z.literal(0), z.number()])])
const seenSchema = z.tuple([z.string(), z.number(), z.enum(['0', '1']), z.string(), z.string()])
const stateCodes = { connected: '1', left: '0', released: '-' } as const

/** The leases of several nodes. A node that dies leaves leases that end by themselves. */
export class RedisLeases implements Leases {
  readonly #options: RedisLeasesOptions
  readonly #leaseMs: number
  readonly #syncMs: number
  readonly #closing = new AbortController()
  readonly #own = new Map<string, Own>()
  readonly #view: LeaseView
  readonly #listeners = new Set<(channel: string) => void>()
  readonly #looking: Promise<void>
  readonly #looked = Promise.withResolvers<undefined>()

  constructor(options: RedisLeasesOptions) {
    this.#options = options
    this.#leaseMs = options.leaseMs ?? protocolLeaseMs
    this.#syncMs = options.syncMs ?? 2000
    this.#view = new LeaseView(this.#leaseMs, 3 * this.#syncMs)
    options.bus.listen(kind, newsSchema, (news) => this.#hear(news), this.#closing.signal)
    this.#looking = this.#look()
  }

  async known(): Promise<void> {
    await this.#looked.promise
  }

  async acquire(
    channel: string,
    producer: string,
    fence: () => void,
  ): Promise<{ ok: true } | { ok: false; retryAfterMs: number }> {
    const session = randomUUID()
    const args = [channel, producer, session, this.#leaseMs]
    const reply = await acquireScript.run(this.#options.redis, [keyOf(topicOf(channel))], args)
    const taken = takenSchema.parse(reply)
    if (taken[0] === 0) return { ok: false, retryAfterMs: taken[1] }
    this.#lose(channel)
    const heardMs = performance.now()
    const own: Own = { producer, session, fence, state: 'connected', heardMs, isNews: false }
    this.#own.set(channel, own)
    this.#tell(channel, own)
    return { ok: true }
  }

  renew(channel: string, fence: () => void): void {
    const own = this.#ownOf(channel, fence)
    if (own === undefined) return
    own.heardMs = performance.now()
    own.isNews = true
  }

  leave(channel: string, fence: () => void): void {
    this.#part(channel, fence, 'left')
  }

  release(channel: string, fence: () => void): void {
    this.#part(channel, fence, 'released')
  }

  holderOf(channel: string): Holder | undefined {
    this.#refresh(channel)
    return this.#view.holderOf(channel, performance.now())
  }

  isHeld(channel: string): boolean {
    return this.holderOf(channel) !== undefined
  }

  onLapsed(listener: (channel: string) => void, signal: AbortSignal): void {
    if (signal.aborted) return
    const own = (channel: string): void => listener(channel)
    this.#listeners.add(own)
    signal.addEventListener('abort', () => this.#listeners.delete(own), { once: true })
  }

  /** What this node's connections left is told; what is connected ends by itself. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    await this.#looking
    await this.#syncAll().catch(() => undefined)
    this.#listeners.clear()
  }

  #ownOf(channel: string, fence: () => void): Own | undefined {
    const own = this.#own.get(channel)
    return own?.fence === fence && own.state === 'connected' ? own : undefined
  }

  #part(channel: string, fence: () => void, state: 'left' | 'released'): void {
    const own = this.#ownOf(channel, fence)
    if (own === undefined) return
    own.state = state
    own.isNews = true
    this.#tell(channel, own)
    // When this fails the next look tries again.
    void this.#sync(topicOf(channel)).catch(() => undefined)
  }

  /** What was heard here since it was told. */
  #refresh(channel: string): void {
    const own = this.#own.get(channel)
    if (own?.state !== 'connected' || performance.now() - own.heardMs >= this.#leaseMs) return
    this.#see(channel, own)
  }

  /** Another connection has it now. */
  #lose(channel: string): void {
    const own = this.#own.get(channel)
    this.#own.delete(channel)
    if (own?.state === 'connected') own.fence()
  }

  #tell(channel: string, own: Own): void {
    this.#see(channel, own)
    const { producer, session, state, heardMs } = own
    const silentMs = performance.now() - heardMs
    this.#options.bus.tell(kind, channel, { channel, producer, session, state, silentMs })
  }

  #see(channel: string, { producer, session, state, heardMs }: Own): void {
    if (state === 'released') this.#view.forget(channel)
    else {
      const isConnected = state === 'connected'
      const untilMs = heardMs + this.#leaseMs
      this.#view.see(channel, { producer, session, isConnected, untilMs })
    }
  }

  #hear({ channel, producer, session, state, silentMs }: z.infer<typeof newsSchema>): void {
    // What a connection that was taken over says of its end comes after the news of the take-over.
    if (state !== 'connected' && this.#view.sessionOf(channel) !== session) return
    if (state === 'connected') this.#lose(channel)
    const heardMs = performance.now() - silentMs
    const fence = (): void => undefined
    this.#see(channel, { producer, session, fence, state, heardMs, isNews: false })
  }

  async #look(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      // While Redis is away nothing is known, and nothing is told.
      await this.#syncAll().then(
        () => this.#looked.resolve(undefined),
        () => undefined,
      )
      await sleep(this.#syncMs, undefined, { signal }).catch(() => undefined)
    }
  }

  async #syncAll(): Promise<void> {
    await Promise.all(Array.from({ length: topics }, (_, topic) => this.#sync(topic)))
    for (const channel of this.#own.keys()) this.#refresh(channel)
    const lapsed = this.#view.lapsed(performance.now())
    for (const channel of lapsed) for (const listener of [...this.#listeners]) listener(channel)
  }

  async #sync(topic: number): Promise<void> {
    const news = [...this.#own].filter(([channel, own]) => own.isNews && topicOf(channel) === topic)
    const nowMs = performance.now()
    const args = news.flatMap(([channel, { producer, session, state, heardMs }]) => [
      ...[channel, producer, session, stateCodes[state], Math.round(nowMs - heardMs)],
    ])
    for (const [, own] of news) own.isNews = false
    let reply
    try {
      reply = await syncScript.run(this.#options.redis, [keyOf(topic)], [this.#leaseMs, ...args])
    } catch (error) {
      for (const [, own] of news) own.isNews = true
      throw error
    }
    for (const [channel, own] of news)
      if (own.state !== 'connected' && !own.isNews && this.#own.get(channel) === own)
        this.#own.delete(channel)
    const known = this.#learn(z.array(z.union([z.string(), z.number()])).parse(reply))
    // A Redis that was emptied is told again.
    for (const [channel, own] of this.#own)
      if (topicOf(channel) === topic && !known.has(own.session)) own.isNews = true
  }

  /** Answers the sessions that have a lease. */
  #learn(flat: readonly (string | number)[]): Set<string> {
    const sessions = new Set<string>()
    const nowMs = performance.now()
    for (let i = 0; i < flat.length; i += 5) {
      const [channel, leftMs, connected, session, producer] = seenSchema.parse(flat.slice(i, i + 5))
      if (leftMs <= 0) continue
      sessions.add(session)
      const own = this.#own.get(channel)
      // One's own is known better, and one that was taken over is over.
      if (own?.session === session) continue
      this.#lose(channel)
      const isConnected = connected === '1'
      this.#view.see(channel, { producer, session, isConnected, untilMs: nowMs + leftMs })
    }
    return sessions
  }
}

function keyOf(topic: number): string {
  return `ccr:{${topic}}:leases`
}
