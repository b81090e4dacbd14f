import { randomUUID } from 'node:crypto'
import type { LogEntry } from '../../../ports/log.ts'
import type { LogKeeper, LogSource, Operation } from '../../rules/kept-log.ts'
import { createEpoch } from '../../epoch.ts'
import type { RedisConnection } from '../connection.ts'
import { tags } from '../keys.ts'
import { numberAt, textAt } from './answers.ts'
import type { BookOpener } from './book-opener.ts'
import { dirtyKey, logKeys } from './log-keys.ts'
import { archivedScript, operationsScript } from './log-scripts.ts'
import { ours } from './redis-book.ts'

/** When Redis is this full, entries begin to leave it earlier than they have to. */
const fullEnough = 0.5
/** However full it is, readers that come back soon find what they missed. */
const leastKeepMs = 5 * 60_000

export interface RedisLogSourceOptions {
  readonly redis: RedisConnection
  readonly keeper: LogKeeper
  readonly opener: BookOpener
  readonly now: () => number
  /** How long entries stay once they are archived. */
  readonly keepMs: number
  /** How full Redis is, of what it may be: 0 … 1 and beyond. */
  readonly fullness: () => number
  readonly tell: (channel: string, producer: string, stored: number) => void
}

/** Empties the log into the archive. */
export class RedisLogSource implements LogSource {
  readonly #options: RedisLogSourceOptions
  readonly #self = randomUUID()
  /** The epoch of what the archive was given last and has not taken yet, by channel. */
  readonly #given = new Map<string, string>()

  constructor(options: RedisLogSourceOptions) {
    this.#options = options
  }

  async unarchived(): Promise<readonly string[]> {
    const { redis } = this.#options
    const found = await Promise.all(
      Array.from({ length: tags }, (_, tag) =>
        redis.call(dirtyKey(tag), ['SMEMBERS', dirtyKey(tag)]),
      ),
    )
    return found.flatMap((channels) => (Array.isArray(channels) ? channels.map(String) : []))
  }

  async claim(channel: string, ms: number): Promise<boolean> {
    const { archiving } = logKeys(channel)
    const claim = ['SET', archiving, this.#self, 'NX', 'GET', 'PX', String(ms)]
    const holder = await this.#options.redis.call(archiving, claim)
    return holder === null || holder === this.#self
  }

  async release(channel: string): Promise<void> {
    const { redis } = this.#options
    const { archiving } = logKeys(channel)
    // Whose it has become meanwhile loses only the claim.
    if ((await redis.call(archiving, ['GET', archiving])) === this.#self)
      await redis.call(archiving, ['DEL', archiving])
  }

  async operations(
    channel: string,
    afterVersion: number,
    most: number,
  ): Promise<{
    readonly epoch: string
    readonly holds: number
    readonly operations: readonly Operation[]
  }> {
    const { opener } = this.#options
    const keys = logKeys(channel)
    const { head } = await opener.look(channel, [])
    if (head.version < afterVersion) {
      // The archive has what Redis has not: its tail was lost.
      await opener.remake(channel, head.epoch)
      const { head: made } = await opener.look(channel, [])
      return { epoch: made.epoch, holds: made.version, operations: [] }
    }
    const { rest } = await opener.run(
      channel,
      operationsScript,
      [keys.pending(head.epoch), keys.entries(head.epoch)],
      [head.epoch, afterVersion, most],
    )
    const operations: Operation[] = []
    for (let i = 2; i < rest.length; i += 6) {
      const entries = textAt(rest, i + 5)
      operations.push({
        version: Number(textAt(rest, i).split('-')[0]),
        producer: textAt(rest, i + 1),
        tip: numberAt(rest, i + 2),
        storedMs: numberAt(rest, i + 3),
        entries: entries === '' ? [] : ours<LogEntry[]>(entries, []),
        ...ours(textAt(rest, i + 4), { bins: [], rejects: [], notes: { producers: {}, runs: {} } }),
      })
    }
    const epoch = textAt(rest, 0)
    if (operations.length > 0) this.#given.set(channel, epoch)
    return { epoch, holds: numberAt(rest, 1), operations }
  }

  async archived(channel: string, epoch: string, version: number): Promise<void> {
    const { opener, now, tell } = this.#options
    this.#given.delete(channel)
    const keys = logKeys(channel)
    const keepMs = this.#keepMs()
    const { rest } = await opener.run(
      channel,
      archivedScript,
      [keys.pending(epoch), keys.entries(epoch), keys.dirty],
      [epoch, version, now() - keepMs, this.#options.keepMs, channel],
    )
    for (let i = 0; i < rest.length; i += 2) tell(channel, textAt(rest, i), numberAt(rest, i + 1))
  }

  async verify(channel: string): Promise<void> {
    const { keeper, opener } = this.#options
    const { head, values } = await opener.look(channel, ['archived'])
    const kept = await keeper.load(channel, createEpoch())
    const given = this.#given.get(channel)
    this.#given.delete(channel)
    // Of the log that there still is: then what it gave does not fit, whatever the numbers say.
    const isWhole =
      given !== head.epoch &&
      kept.epoch === head.epoch &&
      kept.version <= head.version &&
      kept.version >= Number(values[0] ?? 0)
    if (!isWhole) await opener.remake(channel, head.epoch)
  }

  #keepMs(): number {
    const { keepMs, fullness } = this.#options
    const left = Math.min(1, (1 - fullness()) / (1 - fullEnough))
    return Math.max(Math.min(leastKeepMs, keepMs), keepMs * left)
  }
}
