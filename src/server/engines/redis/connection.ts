import { setTimeout as sleep } from 'node:timers/promises'
import { CcrError } from '../../../protocol/codes.ts'
import { messageOf } from '../../../protocol/message-of.ts'
import type { Health, HealthSource } from '../../ports/health.ts'
import type { Logger } from '../../ports/telemetry.ts'
import { Deadlines } from './deadlines.ts'
import { addressOf, openLink, type Link, type Master, type Reply } from './link.ts'
import { isPassing } from './passing.ts'

export interface RedisOptions {
  /** `redis://` or `rediss://user:password@host:port?sslrootcert=FILE`; of a cluster, any of its servers. */
  readonly url: string
  readonly logger?: Logger | undefined
  /** How long a command may take; default 5 s. */
  readonly commandMs?: number | undefined
}

/** How full the fullest server is. */
export interface Memory {
  readonly usedBytes: number
  /** 0 = it has no limit. */
  readonly mostBytes: number
}

const beatMs = 2000
const againMs = 1000

/**
 * Redis 7 or Valkey, one server or a cluster, whichever answers at the URL. Reconnects for ever; a command that cannot be
 * sent fails at once, and one that is not answered after a while, with `storage-unavailable` (CcrError). What came of such
 * a command is not known.
 */
export class RedisConnection implements AsyncDisposable, HealthSource {
  readonly #options: RedisOptions
  readonly #closing = new AbortController()
  readonly #deadlines: Deadlines
  readonly #listeners = new Map<string, (text: string) => void>()
  /** Servers that do not answer, and why. */
  readonly #problems = new Map<string, string>()
  readonly #warned = new Set<string>()
  readonly #beating: Promise<void>
  #link: Link | undefined
  #linking: Promise<void> | undefined
  #known: readonly string[] = []
  #memory: Memory = { usedBytes: 0, mostBytes: 0 }

  constructor(options: RedisOptions) {
    this.#options = options
    this.#deadlines = new Deadlines(options.commandMs ?? 5000)
    this.#beating = this.#beat()
  }

  /** Sends a command to whoever holds the key, in the order of the calls. */
  async call(key: string, args: readonly string[]): Promise<Reply> {
    if (this.#link === undefined) await this.#linking
    const link = this.#link
    if (link === undefined) throw this.#unavailable(new Error('Redis is not connected'))
    return await this.#guard(link.send(key, args))
  }

  /** To the listeners of a topic on all nodes, at most once; what cannot be sent is dropped. */
  publish(topic: string, text: string): void {
    this.#link?.send(topic, ['SPUBLISH', topic, text]).catch(() => undefined)
  }

  /** One listener a topic, until the connection is disposed of. */
  subscribe(topic: string, listener: (text: string) => void): void {
    this.#listeners.set(topic, listener)
    if (this.#link !== undefined) void this.#subscribe(this.#link, topic, listener)
  }

  /** As it was some two seconds ago at most. */
  get memory(): Memory {
    return this.#memory
  }

  get kind(): Link['kind'] | undefined {
    return this.#link?.kind
  }

  health(): Health {
    const problems = [...this.#problems].map(([address, why]) => `Redis ${address}: ${why}`)
    if (this.#link === undefined)
      return { ok: false, problems: problems.length > 0 ? problems : ['Redis: not connected yet'] }
    return { ok: this.#link.masters().length > problems.length, problems }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    this.#deadlines[Symbol.dispose]()
    this.#link?.close()
    await this.#beating
    await this.#linking
  }

  async #guard(work: Promise<Reply>): Promise<Reply> {
    try {
      return await this.#deadlines.hold(work)
    } catch (error) {
      if (!isPassing(error)) throw error
      throw this.#unavailable(error)
    }
  }

  #unavailable(cause: unknown): CcrError {
    return new CcrError('storage-unavailable', undefined, { cause })
  }

  /** Looks after the servers: whether each answers, how full it is, and whether it would forget what it is given. */
  async #beat(): Promise<void> {
    const { signal } = this.#closing
    await this.#connect()
    while (!signal.aborted) {
      await sleep(beatMs, undefined, { signal }).catch(() => undefined)
      if (this.#link === undefined) await this.#connect()
      else await this.#examine(this.#link)
    }
  }

  async #examine(link: Link): Promise<void> {
    const masters = link.masters()
    const found = await Promise.all(masters.map((master) => this.#examineOne(master)))
    const addresses = masters.map(({ address }) => address)
    for (const address of this.#problems.keys())
      if (!addresses.includes(address)) this.#recover(address)
    if (!found.every((one) => one === 'silent' || one === null)) this.#known = addresses
    this.#remember(found)
    // A connection whose other end was cut off says nothing, and a cluster may have found another master.
    if (found.includes('silent')) await this.#connect()
  }

  #remember(found: readonly (Memory | 'silent' | null)[]): void {
    this.#memory = found
      .filter((one) => typeof one === 'object' && one !== null)
      .reduce((a, b) => (fullness(b) > fullness(a) ? b : a), { usedBytes: 0, mostBytes: 0 })
  }

  async #examineOne({ address, send }: Master): Promise<Memory | 'silent' | null> {
    try {
      const info = String(await this.#deadlines.hold(send(['INFO', 'memory'])))
      this.#recover(address)
      this.#warnOfEviction(address, info)
      return { usedBytes: figure(info, 'used_memory'), mostBytes: figure(info, 'maxmemory') }
    } catch (error) {
      this.#fail(address, error)
      return this.#deadlines.isLate(error) ? 'silent' : null
    }
  }

  /** In the place of the link that there is, once another is made; one that cannot be made changes nothing. */
  async #connect(): Promise<void> {
    this.#linking ??= this.#replaceLink().finally(() => (this.#linking = undefined))
    await this.#linking
  }

  async #replaceLink(): Promise<void> {
    const { signal } = this.#closing
    const { url } = this.#options
    try {
      const link = await openLink(url, this.#known, (error) => this.#fail(addressOf(url), error))
      if (signal.aborted) {
        link.close()
        return
      }
      this.#link?.close()
      this.#link = link
      for (const address of this.#problems.keys()) this.#recover(address)
      for (const [topic, listener] of this.#listeners) void this.#subscribe(link, topic, listener)
      await this.#examineNew(link)
    } catch (error) {
      this.#fail(addressOf(url), error)
    }
  }

  async #examineNew(link: Link): Promise<void> {
    this.#remember(await Promise.all(link.masters().map((master) => this.#examineOne(master))))
    this.#known = link.masters().map(({ address }) => address)
  }

  async #subscribe(link: Link, topic: string, listener: (text: string) => void): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted && this.#link === link) {
      try {
        // For a moment the link before still hears as well.
        await link.subscribe(topic, (text) => {
          if (this.#link === link) listener(text)
        })
        return
      } catch (error) {
        this.#options.logger?.debug({ err: error, topic }, 'a topic of Redis could not be heard')
        await sleep(againMs, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  #fail(address: string, error: unknown): void {
    if (this.#closing.signal.aborted) return
    const why = messageOf(error)
    if (!this.#problems.has(address))
      this.#options.logger?.error({ err: error, address }, 'Redis does not answer')
    this.#problems.set(address, why === '' ? 'no connection' : why)
  }

  #recover(address: string): void {
    if (this.#problems.delete(address))
      this.#options.logger?.info({ address }, 'Redis answers again')
  }

  #warnOfEviction(address: string, info: string): void {
    const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1] ?? 'noeviction'
    if (policy === 'noeviction' || this.#warned.has(address)) return
    this.#warned.add(address)
    this.#options.logger?.warn(
      { address, policy },
      'Redis forgets what it was given when it is full: expected maxmemory-policy noeviction; captions that are not archived yet may be lost and sent again',
    )
  }
}

function figure(info: string, name: string): number {
  return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0)
}

function fullness({ usedBytes, mostBytes }: Memory): number {
  return mostBytes === 0 ? usedBytes / Number.MAX_SAFE_INTEGER : usedBytes / mostBytes
}
