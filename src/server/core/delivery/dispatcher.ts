import { backoffMs } from '../../../protocol/backoff.ts'
import type { DeliveryOutput, DeliveryStore, Job, Verdict } from '../../ports/delivery.ts'
import type { Sender, Sent } from '../../ports/sender.ts'
import type { Logger } from '../../ports/telemetry.ts'
import { refusedTries, retryAfterMs } from './retry.ts'

export interface DispatcherOptions {
  readonly store: Pick<DeliveryStore, 'take'>
  readonly output: DeliveryOutput
  readonly senders: Readonly<Record<Job['destination']['settings']['kind'], Sender>>
  readonly logger: Logger
  readonly now: () => number
  readonly random: () => number
  readonly setTimer: (run: () => void, ms: number) => unknown
  readonly clearTimer: (timer: unknown) => void
}

/** On their way at once, each to another destination; what waits beyond stays on the disk. */
const mostUnderWay = 32
/** Mail servers get fewer connections than this, and a slow one must not take every place. */
const mostOfAKind = 16
/** A try that hangs beyond its own limits is cut off: its destination would wait for ever. */
const longestTryMs = 180_000
const longestSleepMs = 60_000
/** How soon a relay that is away is asked again, for whom it may concern. */
const awayBackoff = { firstMs: 2000, longestMs: 120_000 }
const storeBackoff = { firstMs: 500, longestMs: 30_000 }
const keptMs = 30 * 24 * 3_600_000
const sweepEveryMs = 3_600_000
/** Letters to people a day and owner, whatever their alerts find. */
const lettersADay = 500
const dayMs = 24 * 3_600_000

/**
 * Sends, on the node that leads and as long as it does: takes what is due from the store, one per destination at a time and in order, sends it, and
 * settles what became of it. All it knows is on the disk: a process that dies anywhere sends again what it had not settled,
 * under the same key.
 */
export class Dispatcher implements AsyncDisposable {
  readonly #options: DispatcherOptions
  readonly #underWay = new Map<string, { readonly kind: string; readonly ended: Promise<void> }>()
  readonly #ended = new AbortController()
  /** By destination, the letter that was last counted: a try more is no letter more. */
  readonly #counted = new Map<string, number>()
  /** How often in a row a kind's relay was away. */
  readonly #away = new Map<string, number>()
  #timer: unknown
  #looking: Promise<void> | undefined
  #lookAgain = false
  #failures = 0
  #sweptMs = -Infinity

  constructor(options: DispatcherOptions) {
    this.#options = options
  }

  /** Looks for what may go, soon. */
  wake(): void {
    if (this.#ended.signal.aborted) return
    this.#lookAgain = true
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined))
  }

  /** Lets what is on its way end, for a moment; what does not is sent again after the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort()
    this.#options.clearTimer(this.#timer)
    await this.#looking
    await Promise.all([...this.#underWay.values()].map(({ ended }) => ended))
  }

  async #look(): Promise<void> {
    while (this.#lookAgain && !this.#ended.signal.aborted) {
      this.#lookAgain = false
      this.#options.clearTimer(this.#timer)
      try {
        await this.#sweep()
        await this.#takeDue()
        this.#failures = 0
      } catch (error) {
        if (this.#failures === 0)
          this.#options.logger.error({ err: error }, 'the delivery queue cannot be read')
        this.#failures++
        this.#sleep(backoffMs(storeBackoff, this.#failures, this.#options.random()))
      }
    }
  }

  async #takeDue(): Promise<void> {
    const { output, now } = this.#options
    const limit = mostUnderWay - this.#underWay.size
    if (limit <= 0) return
    const kinds = new Map<string, number>()
    for (const { kind } of this.#underWay.values()) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    const nowMs = now()
    const full = [...kinds].flatMap(([kind, count]) => (count >= mostOfAKind ? kind : []))
    const { jobs, nextMs } = await output.due({
      ...{ nowMs, limit, busy: [...this.#underWay.keys()], full },
    })
    for (const job of jobs) {
      const { kind } = job.destination.settings
      const count = kinds.get(kind) ?? 0
      // More of one kind in these than have room: looked for again as soon as one of it has ended.
      if (count >= mostOfAKind) continue
      kinds.set(kind, count + 1)
      const ended = this.#run(job).finally(() => {
        this.#underWay.delete(job.destination.id)
        this.wake()
      })
      this.#underWay.set(job.destination.id, { kind, ended })
    }
    if (nextMs !== null && !this.#lookAgain) this.#sleep(nextMs - nowMs)
  }

  async #run(job: Job): Promise<void> {
    const { output, now, logger } = this.#options
    const startedMs = now()
    try {
      const verdict = (await this.#overLimit(job)) ?? (await this.#try(job, startedMs))
      if (verdict === undefined) return
      const ms = Math.max(0, Math.round(now() - startedMs))
      await output.settle({ delivery: job.delivery, at: Math.round(now()), ms, verdict })
      if (verdict.verdict === 'disable')
        logger.warn({ destination: job.destination.id, reason: verdict.problem }, 'disabled')
    } catch (error) {
      // Not settled: it is sent again, under the same key.
      if (this.#ended.signal.aborted) return
      logger.error({ err: error, delivery: job.delivery }, 'a delivery could not be settled')
      await new Promise<void>((resolve) => void this.#options.setTimer(resolve, 1000))
    }
  }

  /** What one person's alerts may send by mail has an end each day. */
  async #overLimit({ delivery, destination }: Job): Promise<Verdict | undefined> {
    if (destination.settings.kind !== 'email') return undefined
    if (this.#counted.get(destination.id) === delivery) return undefined
    const nowMs = this.#options.now()
    const what = `letters:${destination.owner}`
    if (await this.#options.store.take(what, lettersADay, nowMs)) {
      this.#counted.set(destination.id, delivery)
      return undefined
    }
    const at = (Math.floor(nowMs / dayMs) + 1) * dayMs
    return { verdict: 'wait', at, problem: `more than ${lettersADay} letters in a day` }
  }

  /** undefined when the server ends before there is an answer. */
  async #try(job: Job, startedMs: number): Promise<Verdict | undefined> {
    const { senders, setTimer, clearTimer, logger } = this.#options
    const { kind } = job.destination.settings
    const late = new AbortController()
    const timer = setTimer(() => late.abort(), longestTryMs)
    const signal = AbortSignal.any([late.signal, this.#ended.signal])
    try {
      const sent = await senders[kind].send(job, signal)
      return this.#ended.signal.aborted && sent.outcome !== 'sent'
        ? undefined
        : this.#judge(job, sent, startedMs)
    } catch (error) {
      if (this.#ended.signal.aborted) return undefined
      logger.error({ err: error, delivery: job.delivery }, 'a notification could not be sent')
      return this.#judge(job, { outcome: 'deferred', reason: 'an error of this server' }, startedMs)
    } finally {
      clearTimer(timer)
    }
  }

  #judge({ destination, attempts, since }: Job, sent: Sent, nowMs: number): Verdict {
    const { random } = this.#options
    const { kind } = destination.settings
    if (sent.outcome === 'unavailable') {
      const times = (this.#away.get(kind) ?? 0) + 1
      this.#away.set(kind, times)
      const at = nowMs + backoffMs(awayBackoff, times, random())
      return { verdict: 'wait', at, problem: sent.reason }
    }
    this.#away.delete(kind)
    if (sent.outcome === 'sent') return { verdict: 'sent' }
    if (sent.outcome === 'gone') return { verdict: 'disable', problem: sent.reason }
    const tries = attempts + 1
    if (sent.outcome === 'refused' && tries >= refusedTries)
      return { verdict: 'dead', problem: sent.reason }
    const askedMs = sent.outcome === 'deferred' ? sent.afterMs : undefined
    const waitMs = retryAfterMs(tries, nowMs - since, random(), askedMs)
    // As they go in order, nothing else has got through meanwhile.
    if (waitMs === null)
      return { verdict: 'disable', problem: `${sent.reason}, and has for three days` }
    return { verdict: 'retry', at: nowMs + waitMs, problem: sent.reason }
  }

  async #sweep(): Promise<void> {
    const { output, now } = this.#options
    if (now() - this.#sweptMs < sweepEveryMs) return
    this.#sweptMs = now()
    while (await output.sweep(now() - keptMs)) if (this.#ended.signal.aborted) return
  }

  #sleep(ms: number): void {
    const { setTimer, clearTimer } = this.#options
    clearTimer(this.#timer)
    this.#timer = setTimer(() => this.wake(), Math.min(Math.max(ms, 0), longestSleepMs))
  }
}
