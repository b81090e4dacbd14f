import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { CcrError } from '../../../../protocol/codes.ts'
import type { Logger } from '../../../ports/telemetry.ts'
import { createEpoch } from '../../epoch.ts'
import type { KeptBook, LogKeeper } from '../../rules/kept-log.ts'
import type { RedisConnection } from '../connection.ts'
import type { Script } from '../script.ts'
import { answerOf, numberAt, textAt, type Answer } from './answers.ts'
import { logKeys } from './log-keys.ts'
import { installScript, lookScript } from './log-scripts.ts'
import { fieldsOf, RedisBook, type BookHead } from './redis-book.ts'

/** How long one node may take to make a book before another tries. */
const turnMs = 10_000
const longestWaitMs = 20_000
const lookAgainMs = 50

/**
 * Reads books, and makes those that are not there, or not to be relied on, out of the archive: under a new epoch, unless the
 * channel is new. One node makes a book, however many want it.
 */
export class BookOpener {
  readonly #redis: RedisConnection
  readonly #keeper: LogKeeper
  readonly #logger: Logger | undefined
  /** What this node knows to have been stored, by channel: less than that is a Redis that lost something. */
  readonly #seen = new Map<string, Pick<BookHead, 'epoch' | 'version'>>()
  /** The last fence this node gave out; the book of a Redis that was lost goes on from there. */
  readonly #fences = new Map<string, number>()

  constructor(redis: RedisConnection, keeper: LogKeeper, logger: Logger | undefined) {
    this.#redis = redis
    this.#keeper = keeper
    this.#logger = logger
  }

  saw(channel: string, { epoch, version }: Pick<BookHead, 'epoch' | 'version'>): void {
    this.#seen.set(channel, { epoch, version })
  }

  gave(channel: string, fence: number): void {
    this.#fences.set(channel, fence)
  }

  lastFence(channel: string): number {
    return this.#fences.get(channel) ?? 0
  }

  /** Runs a script on the channel's book, which is made when it has to be. `keys` beside the book are of the same tag. */
  async run(
    channel: string,
    script: Script,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<Answer> {
    const { book } = logKeys(channel)
    const untilMs = performance.now() + longestWaitMs
    do {
      const answer = answerOf(await script.run(this.#redis, [book, ...keys], args))
      if (answer.word !== 'none' && answer.word !== 'foreign') return answer
      await this.#make(channel, answer.rest[0] ?? null)
    } while (performance.now() < untilMs)
    throw new CcrError('storage-unavailable', `the log of ${channel} could not be opened`)
  }

  /** Where the book stands, and some of its fields. */
  async look(
    channel: string,
    fields: readonly string[],
  ): Promise<{ readonly head: BookHead; readonly values: readonly (string | null)[] }> {
    for (;;) {
      const { rest } = await this.run(channel, lookScript, [], fields)
      const head = {
        epoch: textAt(rest, 0),
        ...{ version: numberAt(rest, 1), tip: numberAt(rest, 2), fence: numberAt(rest, 3) },
      }
      const seen = this.#seen.get(channel)
      if (seen?.epoch === head.epoch && head.version < seen.version) {
        await this.remake(channel, head.epoch)
        continue
      }
      this.saw(channel, head)
      return { head, values: rest.slice(5) }
    }
  }

  /** A copy of the book with these notes. */
  async read(
    channel: string,
    producer: string | null,
    runs: readonly string[],
  ): Promise<RedisBook> {
    const names = [...new Set(runs)]
    const fields = [
      'airings',
      'tracks',
      'watch',
      `producer:${producer ?? ''}`,
      ...names.map(runField),
    ]
    const { head, values } = await this.look(channel, fields)
    const [airings = null, tracks = null, watch = null, note = null, ...notes] = values
    const book = new RedisBook(channel, head, { airings, tracks, watch })
    if (producer !== null) book.giveProducer(producer, note)
    names.forEach((run, n) => book.giveRun(run, notes[n] ?? null))
    return book
  }

  /** What the book in Redis holds cannot be: it is made again. */
  async remake(channel: string, epoch: string): Promise<void> {
    await this.#make(channel, epoch)
  }

  /** `lostEpoch` is that of the book there is, null when there is none. */
  async #make(channel: string, lostEpoch: string | null): Promise<void> {
    const keys = logKeys(channel)
    const token = randomUUID()
    const turn = ['SET', keys.opening, token, 'NX', 'PX', String(turnMs)]
    if ((await this.#redis.call(keys.opening, turn)) !== 'OK') {
      await sleep(lookAgainMs)
      return
    }
    try {
      const head = await this.#redis.call(keys.book, ['HGET', keys.book, 'epoch'])
      // Another node has made it since.
      if (head !== lostEpoch) {
        await this.#redis.call(keys.opening, ['DEL', keys.opening])
        return
      }
      await this.#install(channel, lostEpoch, token, await this.#fromArchive(channel))
    } catch (error) {
      // Others need not wait until the turn is over; a Redis that does not answer ends it by itself.
      await this.#redis.call(keys.opening, ['DEL', keys.opening]).catch(() => undefined)
      throw error
    }
  }

  /**
   * Under a new epoch, as readers may have been told what the archive does not hold. It begins before the archive is read:
   * whoever archives what was stored under the epoch before is refused from then on.
   */
  async #fromArchive(channel: string): Promise<KeptBook> {
    const fresh = createEpoch()
    const found = await this.#keeper.load(channel, fresh)
    if (found.epoch === fresh) return found
    await this.#keeper.renew(channel, found.epoch, createEpoch())
    return await this.#keeper.load(channel, fresh)
  }

  async #install(
    channel: string,
    lostEpoch: string | null,
    token: string,
    kept: KeptBook,
  ): Promise<void> {
    const { book, opening, dirty, pending, entries } = logKeys(channel)
    const ended = lostEpoch === null ? [] : [pending(lostEpoch), entries(lostEpoch)]
    const { epoch, version, tip } = kept
    const stored = Object.entries(kept.producers).flatMap(([id, { received }]) => [
      ...[`stored:${id}`, received],
    ])
    const args = [
      ...[token, channel, 'epoch', epoch, 'version', version, 'tip', tip, 'floor', tip],
      ...['archived', version, 'fence', this.lastFence(channel), ...fieldsOf(kept), ...stored],
    ]
    const isMade = await installScript.run(this.#redis, [book, opening, dirty, ...ended], args)
    if (isMade === 1 && (version > 0 || lostEpoch !== null))
      this.#logger?.warn(
        { channel, epoch, version },
        'Redis does not hold all of a channel’s log any more: it begins again from what is archived, and senders send the rest again',
      )
  }
}

export function runField(run: string): string {
  return `run:${run}`
}
