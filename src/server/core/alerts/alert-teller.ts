import type { Reader } from '../../../policy/view.ts'
import type { Alert, Mention, Notification } from '../../../protocol/alerts.ts'
import type { AlertLedger, Telling, Waiting } from '../../ports/alerts.ts'
import type { DeliveryQueue } from '../../ports/delivery.ts'
import type { Directory } from '../../ports/directory.ts'
import type { Logger } from '../../ports/telemetry.ts'
import { tellQuery } from '../search/read-query.ts'
import type { AlertBook } from './alert-book.ts'
import { dueAt, heldUntil, nextHour } from './due.ts'
import { clipped, seenBy, shownTo } from './shown.ts'

export interface AlertTellerOptions {
  readonly store: Pick<AlertLedger, 'waiting' | 'tell' | 'unhanded' | 'handed' | 'toldSince'>
  readonly queue: DeliveryQueue
  readonly book: AlertBook
  readonly directory: Pick<Directory, 'channel' | 'channels'>
  readonly readerOf: (owner: string) => Reader | undefined
  readonly logger: Logger
  readonly now: () => number
  /** What was said after a mention until then; it is told with digests. */
  readonly after: (mention: Mention, untilMs: number) => Promise<string>
  readonly setTimer: (run: () => void, ms: number) => unknown
  readonly clearTimer: (timer: unknown) => void
}

/** Notifications at once to one owner in an hour; what comes beyond is told together at the hour. */
export const mostAtOnce = 30
const hourMs = 3_600_000
/** Notifications that are handed over together. */
const mostHanded = 100
/** Mentions that a notification quotes. */
const mostQuoted = 50
const retryMs = 5000
/** Clocks are set and policies changed: nothing is waited for longer. */
const longestWaitMs = 60_000

export interface Plan {
  readonly atMs: number
  readonly kind: Telling['kind']
  readonly because: Notification['because']
}

/** When and why what waits of an alert is told; null = not by itself. */
export function planOf(
  alert: Alert,
  waiting: Waiting,
  nowMs: number,
  isOverLimit: boolean,
): Plan | null {
  const { rate, paused } = alert
  const dueMs = dueAt(
    rate,
    Math.max(waiting.firstMs, rate.kind === 'at-once' ? 0 : waiting.releaseMs),
  )
  if (dueMs === null || paused) return null
  const isAtOnce = rate.kind === 'at-once'
  let atMs = Math.max(dueMs, waiting.releaseMs)
  let because: Notification['because'] = 'rate'
  if (isAtOnce && isOverLimit) {
    atMs = Math.max(atMs, nextHour(waiting.firstMs))
    because = 'limit'
  }
  const heldMs = heldUntil(alert, Math.max(atMs, nowMs))
  if (heldMs !== null) return { atMs: heldMs, kind: 'digest', because: 'quiet-hours' }
  // What was held back since its time came is told together.
  if (isAtOnce && because === 'rate' && heldUntil(alert, waiting.firstMs) !== null)
    return { atMs, kind: 'digest', because: 'quiet-hours' }
  return { atMs, kind: isAtOnce && because === 'rate' ? 'mentions' : 'digest', because }
}

/** Tells what the alerts have found, at the rates their owners chose, and hands it over for delivery. */
export class AlertTeller implements AsyncDisposable {
  readonly #options: AlertTellerOptions
  /** When each owner was told something, in the last hour. */
  readonly #told = new Map<string, number[]>()
  #timer: unknown
  #isBegun = false
  #isClosed = false
  #working: Promise<void> = Promise.resolve()
  #isQueued = false

  constructor(options: AlertTellerOptions) {
    this.#options = options
  }

  /** Looks for what is due, soon; and again when the next will be. */
  work(): void {
    if (this.#isQueued || this.#isClosed) return
    this.#isQueued = true
    this.#working = this.#working.then(async () => {
      this.#isQueued = false
      try {
        this.#later(await this.#tellAll())
      } catch (error) {
        this.#options.logger.error({ err: error }, 'alerts cannot be told; it is tried again')
        this.#later(retryMs)
      }
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#options.clearTimer(this.#timer)
    await this.#working
  }

  /** How long until something is due. */
  async #tellAll(): Promise<number> {
    const { store, book, now } = this.#options
    if (!this.#isBegun) await this.#begin()
    const nowMs = now()
    let nextMs = nowMs + longestWaitMs
    const due: Telling[] = []
    for (const waiting of await store.waiting()) {
      const alert = book.get(waiting.alert)
      if (alert === undefined) continue
      const plan = planOf(alert, waiting, nowMs, this.#isOverLimit(alert.owner))
      if (plan === null) continue
      if (plan.atMs > nowMs) nextMs = Math.min(nextMs, plan.atMs)
      else {
        // Counted now: the next of the same owner may be one too many.
        this.#note(alert.owner, nowMs)
        due.push(this.#tellingOf(alert, plan, nowMs))
      }
    }
    if (due.length > 0) await store.tell(due)
    // What a stop, a crash or a failure left between deciding and handing over goes with it, under the ids it has.
    const unhanded = await store.unhanded(nowMs)
    for (let from = 0; from < unhanded.due.length; from += mostHanded)
      await this.#handOver(unhanded.due.slice(from, from + mostHanded))
    return Math.min(nextMs, unhanded.nextMs ?? Infinity) - now()
  }

  async #begin(): Promise<void> {
    const { store, now } = this.#options
    for (const [owner, atMs] of await store.toldSince(now() - hourMs)) this.#note(owner, atMs)
    this.#isBegun = true
  }

  #tellingOf(alert: Alert, { kind, because }: Plan, nowMs: number): Telling {
    const { directory, readerOf } = this.#options
    return {
      ...{ alert, kind, because, most: mostQuoted, nowMs },
      restated: tellQuery(alert.query) ?? alert.query,
      shown: shownTo(readerOf(alert.owner), directory.channels(), nowMs),
    }
  }

  async #handOver(notifications: readonly Notification[]): Promise<void> {
    const { store, queue } = this.#options
    const whole = []
    for (const notification of notifications) {
      const mentions = []
      for (const mention of notification.mentions) {
        const shown = await this.#asShown(mention, notification)
        if (shown !== undefined) mentions.push(shown)
      }
      whole.push({ ...notification, mentions })
    }
    await queue.enqueue(whole)
    await store.handed(notifications.map(({ id }) => id))
  }

  /** With what was said after it, when there was time for that; and no more than may be shown now. */
  async #asShown(mention: Mention, { owner, kind }: Notification): Promise<Mention | undefined> {
    const { directory, readerOf, after, now } = this.#options
    const channel = directory.channel(mention.channel)
    const seen = channel && seenBy(readerOf(owner), channel)
    if (seen === undefined) return undefined
    const isWhole = kind === 'mentions' || mention.after !== '' || seen.snippetWords !== null
    if (isWhole) return clipped(mention, seen)
    return { ...mention, after: await after(mention, now() - seen.delayMs) }
  }

  #note(owner: string, atMs: number): void {
    const times = this.#told.get(owner) ?? []
    times.push(atMs)
    this.#told.set(owner, times)
  }

  #isOverLimit(owner: string): boolean {
    const since = this.#options.now() - hourMs
    const times = (this.#told.get(owner) ?? []).filter((atMs) => atMs > since)
    if (times.length === 0) this.#told.delete(owner)
    else this.#told.set(owner, times)
    return times.length >= mostAtOnce
  }

  #later(ms: number): void {
    if (this.#isClosed) return
    const { setTimer, clearTimer } = this.#options
    clearTimer(this.#timer)
    this.#timer = setTimer(() => this.work(), Math.max(0, ms))
  }
}
