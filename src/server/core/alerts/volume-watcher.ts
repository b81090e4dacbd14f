import type { Reader } from '../../../policy/view.ts'
import type { Alert, VolumeRule } from '../../../protocol/alerts.ts'
import type { AlertLedger } from '../../ports/alerts.ts'
import type { ChannelRecord, Directory } from '../../ports/directory.ts'
import type { Logger } from '../../ports/telemetry.ts'
import type { SearchQuestion, SearchService } from '../search/search-service.ts'
import { tellQuery } from '../search/read-query.ts'
import type { AlertBook } from './alert-book.ts'
import { heldUntil, isMuted } from './due.ts'
import { searchLink } from './search-link.ts'
import { seenBy, shownTo } from './shown.ts'
import { UsualHours } from './usual-hours.ts'

export interface VolumeWatcherOptions {
  readonly searches: Pick<SearchService, 'counts' | 'monitored'>
  readonly store: Pick<AlertLedger, 'risen' | 'tellVolume' | 'calm'>
  readonly book: AlertBook
  readonly directory: Pick<Directory, 'channels'>
  readonly readerOf: (owner: string) => Reader | undefined
  readonly logger: Logger
  readonly now: () => number
  /** Called when there is something to hand over. */
  readonly onNews: () => void
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
/** A rise is over when it is this share of what was asked for: nobody is told twice of one that hovers there. */
const calmShare = 0.5
/** Mentions that the news quotes. */
const quoted = 3

/**
 * Tells when the last hour has more mentions than the same hour of past weeks. Both are what a search finds, so that an
 * alert that is made today knows what is usual from the archive.
 */
export class VolumeWatcher implements AsyncDisposable {
  readonly #options: VolumeWatcherOptions
  readonly #usual: UsualHours
  /** Alerts that found something since they were looked at. */
  #stirred = new Set<string>()
  /** Those of the time before: a search may know of what was said last a moment later. */
  #lately: ReadonlySet<string> = new Set<string>()
  /** Alerts that told, and were not back near the usual since; undefined = not read yet. */
  #risen: Set<string> | undefined
  #minute = 0
  #working: Promise<void> = Promise.resolve()
  #isWorking = false

  constructor(options: VolumeWatcherOptions) {
    this.#options = options
    this.#usual = new UsualHours(options.searches)
  }

  /** These have found something. */
  stir(alerts: Iterable<string>): void {
    for (const id of alerts) this.#stirred.add(id)
  }

  /** Every second; looks once a minute, where something was found or has risen. */
  tick(): void {
    const minute = Math.floor(this.#options.now() / minuteMs)
    if (this.#options.book.size === 0 || this.#isWorking || minute === this.#minute) return
    this.#minute = minute
    this.#isWorking = true
    this.#working = this.#look().finally(() => {
      this.#isWorking = false
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#working
  }

  async #look(): Promise<void> {
    const { store, book, logger } = this.#options
    const stirred = this.#stirred
    this.#stirred = new Set()
    try {
      const risen = (this.#risen ??= new Set(await store.risen()))
      const watched = new Set([...stirred, ...this.#lately, ...risen])
      this.#lately = stirred
      for (const id of watched) {
        const alert = book.get(id)
        if (alert === undefined || alert.volume === null || alert.paused) {
          this.#usual.forget(id)
          if (risen.delete(id)) await store.calm(id)
        } else await this.#check(alert, alert.volume, risen)
      }
    } catch (error) {
      for (const id of stirred) this.#stirred.add(id)
      logger.error({ err: error }, 'what is said more than usual cannot be told; it is tried again')
    }
  }

  async #check(alert: Alert, rule: VolumeRule, risen: Set<string>): Promise<void> {
    const { searches, store, now, readerOf } = this.#options
    const reader = readerOf(alert.owner)
    const channels = this.#channelsOf(alert, reader)
    if (reader === undefined || channels.length === 0) return
    // A search counts in minutes; the one that is under way counts too.
    const toMs = (Math.floor(now() / minuteMs) + 1) * minuteMs
    const question: SearchQuestion = {
      ...{ reader, q: alert.query, tracks: [], from: null, to: null },
      channels: channels.map(({ id }) => id),
    }
    const count = (await searches.counts(question, [toMs - hourMs, toMs]))?.[0]
    if (count === undefined) return
    const isRisen = risen.has(alert.id)
    const share = isRisen ? calmShare : 1
    const sigma = rule.sigma * share
    const compared =
      count < rule.least * share
        ? 'calm'
        : await this.#usual.compare(alert.id, {
            ...{ question, toMs, count, sigma, timeZone: zoneOf(channels) },
          })
    if (compared === null) return
    const isCalm = compared === 'calm' || compared.sigma < sigma
    if (isRisen && isCalm) {
      await store.calm(alert.id)
      risen.delete(alert.id)
    }
    // What rises while it is muted is looked at again when it is not.
    if (isRisen || isCalm || isMuted(alert, now())) return
    const link = searchLink(alert, toMs - hourMs, toMs)
    await this.#tell(alert, reader, toMs, { ...compared, mentions: count, link })
    risen.add(alert.id)
  }

  async #tell(
    alert: Alert,
    reader: Reader,
    toMs: number,
    news: Parameters<AlertLedger['tellVolume']>[0]['news'],
  ): Promise<void> {
    const { store, directory, now, onNews } = this.#options
    const nowMs = now()
    await store.tellVolume({
      ...{ alert, news, nowMs, restated: tellQuery(alert.query) ?? alert.query, most: quoted },
      shown: shownTo(reader, directory.channels(), nowMs),
      fromMs: toMs - hourMs,
      dueMs: heldUntil(alert, nowMs) ?? nowMs,
    })
    onNews()
  }

  /** Where it listens and its owner may read. */
  #channelsOf({ channels }: Alert, reader: Reader | undefined): ChannelRecord[] {
    return this.#options.directory
      .channels()
      .filter(
        (channel) =>
          (channels.length === 0 || channels.includes(channel.id)) &&
          seenBy(reader, channel) !== undefined,
      )
  }
}

/** Programmes follow the clocks where they are broadcast; of several zones none is right for all. */
function zoneOf(channels: readonly ChannelRecord[]): string {
  const [first, ...others] = new Set(channels.map(({ timeZone }) => timeZone))
  return first !== undefined && others.length === 0 ? first : 'UTC'
}
