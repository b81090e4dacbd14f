import { z } from 'zod'
import { CcrError } from '../../../protocol/codes.ts'
import type { Position } from '../../../protocol/position.ts'
import type {
  AppendResult,
  Batch,
  Log,
  LogEntry,
  LogPage,
  Monitoring,
  ProducerState,
} from '../../ports/log.ts'
import type { Logger } from '../../ports/telemetry.ts'
import type { RedisBus } from './bus.ts'
import type { RedisConnection } from './connection.ts'
import { answerOf, numberAt, textAt } from './log/answers.ts'
import { BookOpener, runField } from './log/book-opener.ts'
import { logKeys } from './log/log-keys.ts'
import { LogPages } from './log/log-pages.ts'
import { commitScript, fenceScript } from './log/log-scripts.ts'
import { fieldsOf, ours, type RedisBook } from './log/redis-book.ts'
import { RedisLogSource } from './log/redis-log-source.ts'
import type { LogKeeper, LogSource, Operation } from '../rules/kept-log.ts'
import { applyBatch, type Effects } from '../rules/log-rules.ts'
import { monitoringOf } from '../rules/log-watch.ts'

export interface RedisLogOptions {
  readonly redis: RedisConnection
  readonly bus: RedisBus
  /** What the log is emptied into, and read from again when Redis has lost it. */
  readonly keeper: LogKeeper
  readonly logger?: Logger | undefined
  readonly now?: (() => number) | undefined
  /** How long `read` reaches back; default 24 hours, and less when Redis is full. */
  readonly keepMs?: number | undefined
  /** Memory of Redis beyond which nothing is appended; default 85 % of its own limit, if it has one. */
  readonly mostBytes?: number | undefined
}

const kind = 'stored'
const storedSchema = z.object({ channel: z.string(), producer: z.string(), stored: z.int() })
const defaultKeepMs = 24 * 3_600_000
const fullAt = 0.85
/** Nodes that append to one channel at once are two for a moment, when its producer moves. */
const mostAttempts = 20

/**
 * The log of several nodes. What is `received` is in Redis, and what is `stored` in the archive. A node works out an append on
 * its own copy of the channel's book, and Redis takes it when nobody else's came between; else the node reads the book again.
 */
export class RedisLog implements Log, LogSource {
  readonly #options: RedisLogOptions
  readonly #now: () => number
  readonly #opener: BookOpener
  readonly #pages: LogPages
  readonly #source: RedisLogSource
  readonly #books = new Map<string, RedisBook>()
  /** The last append of each channel that is under way. */
  readonly #turns = new Map<string, Promise<unknown>>()
  readonly #listeners = new Set<(channel: string, producer: string, stored: number) => void>()
  readonly #closing = new AbortController()

  constructor(options: RedisLogOptions) {
    const { redis, bus, keeper, logger } = options
    this.#options = options
    this.#now = options.now ?? Date.now
    this.#opener = new BookOpener(redis, keeper, logger)
    this.#pages = new LogPages(this.#opener)
    this.#source = new RedisLogSource({
      ...{ redis, keeper, opener: this.#opener, now: this.#now },
      keepMs: options.keepMs ?? defaultKeepMs,
      fullness: () => this.#fullness(),
      tell: (channel, producer, stored) => {
        this.#tellStored(channel, producer, stored)
        bus.tell(kind, channel, { channel, producer, stored })
      },
    })
    bus.listen(
      kind,
      storedSchema,
      ({ channel, producer, stored }) => this.#tellStored(channel, producer, stored),
      this.#closing.signal,
    )
  }

  /** One after the other in a channel, in the order of the calls; channels do not wait for each other. */
  append(batch: Batch): Promise<AppendResult> {
    const { channel } = batch
    const before = this.#turns.get(channel) ?? Promise.resolve()
    const turn = before.then(
      () => this.#append(batch),
      () => this.#append(batch),
    )
    this.#turns.set(channel, turn)
    const end = (): void => {
      if (this.#turns.get(channel) === turn) this.#turns.delete(channel)
    }
    turn.then(end, end)
    return turn
  }

  async fence(channel: string): Promise<number> {
    const least = this.#opener.lastFence(channel) + 1
    const { rest } = await this.#opener.run(channel, fenceScript, [], [least])
    const fence = numberAt(rest, 0)
    this.#opener.gave(channel, fence)
    return fence
  }

  async producer(channel: string, producer: string): Promise<ProducerState> {
    const fields = [`producer:${producer}`, `stored:${producer}`]
    const { values } = await this.#opener.look(channel, fields)
    const { received } = ours(values[0] ?? null, { received: 0 })
    return { received, stored: Number(values[1] ?? 0) }
  }

  async monitoring(channel: string): Promise<Monitoring | null> {
    for (;;) {
      const book = await this.#opener.read(channel, null, [])
      const { run } = book.watch
      if (run === null) return null
      const { head, values } = await this.#opener.look(channel, [runField(run)])
      if (head.epoch !== book.epoch || head.version !== book.version) continue
      book.giveRun(run, values[0] ?? null)
      return monitoringOf(book)
    }
  }

  read(channel: string, since: Position, limit: number): Promise<LogPage> {
    return this.#pages.read(channel, since, limit)
  }

  async tip(channel: string): Promise<Position> {
    const { head } = await this.#opener.look(channel, [])
    return { epoch: head.epoch, seq: head.tip }
  }

  onStored(
    listener: (channel: string, producer: string, stored: number) => void,
    signal: AbortSignal,
  ): void {
    if (signal.aborted) return
    const own: typeof listener = (...news) => listener(...news)
    this.#listeners.add(own)
    signal.addEventListener('abort', () => this.#listeners.delete(own), { once: true })
  }

  /** Retention: what began before is read as `removed` from now on. */
  forget(channel: string, beforeMs: number): Promise<void> {
    return this.#pages.forget(channel, beforeMs)
  }

  unarchived(): Promise<readonly string[]> {
    return this.#source.unarchived()
  }

  claim(channel: string, ms: number): Promise<boolean> {
    return this.#source.claim(channel, ms)
  }

  release(channel: string): Promise<void> {
    return this.#source.release(channel)
  }

  operations(
    channel: string,
    afterVersion: number,
    most: number,
  ): ReturnType<LogSource['operations']> {
    return this.#source.operations(channel, afterVersion, most)
  }

  archived(channel: string, epoch: string, version: number): Promise<void> {
    return this.#source.archived(channel, epoch, version)
  }

  verify(channel: string): Promise<void> {
    return this.#source.verify(channel)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    this.#listeners.clear()
    await Promise.allSettled(this.#turns.values())
  }

  async #append(batch: Batch): Promise<AppendResult> {
    const { channel, producer } = batch
    if (this.#fullness() >= 1)
      throw new CcrError('storage-unavailable', 'Redis is full of what is not archived yet')
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const { book, isFresh } = await this.#bookFor(batch)
      const nowMs = this.#now()
      const { tip } = book
      const before = book.producer(producer).received
      const effects = applyBatch(book, batch, nowMs)
      if (!effects.ok || effects.received === before) {
        // What a copy says that may be old is no reason to refuse anything, or to say that it is there.
        if (!isFresh) {
          this.#books.delete(channel)
          continue
        }
        if (!effects.ok) return effects
        const { stored } = await this.producer(channel, producer)
        return { ok: true, received: before, stored, entries: [], duplicates: effects.duplicates }
      }
      // Changed already: it is right again once Redis has taken it.
      this.#books.delete(channel)
      const answer = await this.#commit(book, batch, effects, tip, nowMs)
      if (answer === 'fenced') return { ok: false, code: 'fenced' }
      if (answer === 'conflict') continue
      book.version++
      this.#opener.saw(channel, book)
      this.#books.set(channel, book)
      const { received, entries, duplicates } = effects
      return { ok: true, received, stored: answer.stored, entries, duplicates }
    }
    throw new CcrError('storage-unavailable', `others append to ${channel} all the time`)
  }

  /** The node's copy, or a fresh one, with all that the rules need for the batch. */
  async #bookFor(batch: Batch): Promise<{ readonly book: RedisBook; readonly isFresh: boolean }> {
    const { channel, producer } = batch
    const known = this.#books.get(channel)
    const runs = new Set<string>()
    for (const event of batch.events)
      if ('run' in event) runs.add(event.run ?? '')
      else if (event.type === 'end') runs.add('')
    const hasAll = (book: RedisBook): boolean =>
      book.hasProducer(producer) &&
      [...runs, book.watch.run ?? ''].every((run) => run === '' || book.hasRun(run))
    if (known !== undefined && !known.isLarge && hasAll(known))
      return { book: known, isFresh: false }
    this.#books.delete(channel)
    const wanted = [...runs, known?.watch.run ?? '']
    for (;;) {
      const book = await this.#opener.read(channel, producer, wanted)
      book.giveRun('', null)
      if (hasAll(book)) {
        this.#books.set(channel, book)
        return { book, isFresh: true }
      }
      wanted.push(book.watch.run ?? '')
    }
  }

  async #commit(
    book: RedisBook,
    { channel, producer, fence }: Batch,
    effects: Effects,
    tipBefore: number,
    nowMs: number,
  ): Promise<'fenced' | 'conflict' | { readonly stored: number }> {
    const { redis } = this.#options
    const keys = logKeys(channel)
    const { received, entries, bins, rejects } = effects
    const notes = book.notes(producer, effects, nowMs)
    const rest: Pick<Operation, 'bins' | 'rejects' | 'notes'> = { bins, rejects, notes }
    const { word, rest: answer } = answerOf(
      await commitScript.run(
        redis,
        [keys.book, keys.pending(book.epoch), keys.entries(book.epoch), keys.dirty],
        [
          ...[
            book.epoch,
            book.version,
            Math.min(fence, Number.MAX_SAFE_INTEGER),
            producer,
            received,
          ],
          ...[tipBefore, book.tip, nowMs, entries.length === 0 ? '' : JSON.stringify(entries)],
          ...[earliestOf(entries), JSON.stringify(rest), channel, ...fieldsOf(notes)],
        ],
      ),
    )
    if (word === 'fenced') return 'fenced'
    if (word === 'lost') await this.#opener.remake(channel, book.epoch)
    return word === 'ok' ? { stored: Number(textAt(answer, 0)) } : 'conflict'
  }

  /** 1 and beyond = nothing more is taken. */
  #fullness(): number {
    const { redis, mostBytes } = this.#options
    const { usedBytes, mostBytes: own } = redis.memory
    const most = Math.min(mostBytes ?? Infinity, own === 0 ? Infinity : own * fullAt)
    return usedBytes / most
  }

  #tellStored(channel: string, producer: string, stored: number): void {
    for (const listener of [...this.#listeners]) listener(channel, producer, stored)
  }
}

function earliestOf(entries: readonly LogEntry[]): number {
  let earliest = Number.MAX_SAFE_INTEGER
  for (const { type, value } of entries)
    if (type !== 'removed')
      earliest = Math.min(earliest, Date.parse('start' in value ? value.start : value.from))
  return earliest
}
