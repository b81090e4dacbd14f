import type { ProducerStatus } from '../../protocol/producer-status.ts'
import { ChannelSender, type ChannelReport, type ChannelResult } from '../channel-sender.ts'
import { ChannelStop } from '../channel-stop.ts'
import { sleep } from '../uploader.ts'
import { Member, restartOf } from './member.ts'
import { missedOf, wantedAt, type Plan, type Wanted } from './plan.ts'
import { SharedSources } from './shared-sources.ts'

/** How often it is looked whose turn it is. */
const turnEveryMs = 500
/** A channel that cannot go on is tried again this often, as long as others are there. */
const usualRetryMs = 60_000
/** A source that does not let go of its tuner is waited for no longer. */
const mostClosingMs = 5000

/** A channel as it is now. */
export interface FleetReport {
  readonly channel: string
  /** Null for one that waits for its turn with nothing left to send. */
  readonly sender: ChannelReport | null
  /** Null while it runs. */
  readonly result: ChannelResult | null
  readonly isOn: boolean
  /** Of a channel by turns: its tuner, and until when it has it, or, when it is not on, from when; milliseconds since 1970. */
  readonly turn: { readonly tuner: string; readonly untilMs: number } | null
}

/** What an applied plan changed: names of channels. */
export interface Changes {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
  readonly retried: readonly string[]
}

export interface FleetOptions {
  readonly now: () => number
  readonly retryMs?: number
  /** A channel has ended. */
  readonly onEnded: (channel: string, result: ChannelResult) => void
}

/** Many channels in one process, each for itself: what is to run may change at any time. */
export class Fleet {
  readonly #options: FleetOptions
  readonly #sources = new SharedSources()
  readonly #members = new Map<string, Member>()
  #plan: Plan
  #wanted: readonly Wanted[] = []
  /** As long as it is this time, the same is wanted. */
  #wantedFor = { fromMs: Infinity, toMs: -Infinity }
  /** Channels that were taken out and have not ended yet, by key. */
  readonly #ending = new Map<string, Promise<unknown>>()
  #turn: Promise<unknown> = Promise.resolve()
  #news = Promise.withResolvers<undefined>()

  constructor(plan: Plan, options: FleetOptions) {
    this.#plan = plan
    this.#options = options
  }

  get plan(): Plan {
    return this.#plan
  }

  reports(): FleetReport[] {
    return this.#wanted.map(({ key, options, isOn, turn }) => {
      const member = this.#members.get(key)
      const untilMs = isOn ? turn?.toMs : turn?.fromMs
      return {
        channel: options.channel,
        sender: member?.sender.report() ?? null,
        result: member?.result ?? null,
        isOn,
        turn: turn === null || untilMs === undefined ? null : { tuner: turn.turn.tuner, untilMs },
      }
    })
  }

  /** Goes on until `signal` aborts, or nothing is left to do; answers how the channels ended. */
  async run(signal: AbortSignal): Promise<ChannelResult[]> {
    await this.#inTurn(() => this.#bring(false))
    let retryAtMs = performance.now() + this.#retryMs
    const isOver = (): boolean => signal.aborted || this.#isDone()
    while (!isOver()) {
      await within(turnEveryMs, this.#news.promise, signal)
      this.#news = Promise.withResolvers()
      if (isOver()) break
      const retries = performance.now() >= retryAtMs
      if (retries) retryAtMs = performance.now() + this.#retryMs
      if (retries || this.#isTurnOver()) await this.#inTurn(() => this.#bring(retries))
    }
    await this.#turn
    const members = [...this.#members.values()]
    for (const member of members) member.stop.abort()
    await Promise.all(this.#ending.values())
    return await Promise.all(members.map(({ done }) => done))
  }

  /** Goes over to another plan; what is in both as it was is left alone, except what had failed: that is tried again. */
  async apply(plan: Plan): Promise<Changes> {
    return await this.#inTurn(async () => {
      this.#plan = plan
      return await this.#bring(true)
    })
  }

  get #retryMs(): number {
    return this.#options.retryMs ?? usualRetryMs
  }

  #isDone(): boolean {
    const hasTurns = this.#plan.channels.some(({ turns }) => turns.length > 0)
    return !hasTurns && [...this.#members.values()].every(({ result }) => result !== undefined)
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => undefined)
    return result
  }

  #isTurnOver(): boolean {
    const nowMs = this.#options.now()
    return nowMs < this.#wantedFor.fromMs || nowMs >= this.#wantedFor.toMs
  }

  #want(): void {
    const nowMs = this.#options.now()
    this.#wanted = wantedAt(this.#plan, nowMs)
    const ends = this.#wanted.map(({ isOn, turn }) => (isOn ? turn?.toMs : turn?.fromMs))
    this.#wantedFor = { fromMs: nowMs, toMs: Math.min(...ends.map((ms) => ms ?? Infinity)) }
  }

  /** Makes what runs what is wanted now. */
  async #bring(retries: boolean): Promise<Changes> {
    const before = new Set(this.#wanted.map(({ key }) => key))
    this.#want()
    const wanted = new Map(this.#wanted.map((one) => [one.key, one]))
    const changes = { added: [], changed: [], removed: [], retried: [] } as {
      [K in keyof Changes]: string[]
    }
    const leaving: Member[] = []
    const coming: Wanted[] = []
    for (const [key, member] of this.#members)
      if (!wanted.has(key)) {
        changes.removed.push(member.options.channel)
        member.stop.abort(new ChannelStop('removed'))
        leaving.push(member)
        this.#members.delete(key)
        const ended = member.done.finally(() => this.#ending.delete(key))
        this.#ending.set(key, ended)
      }
    for (const one of this.#wanted) {
      const { channel } = one.options
      const member = this.#members.get(one.key)
      if (!before.has(one.key)) changes.added.push(channel)
      if (member === undefined) {
        if (one.isOn || !before.has(one.key)) coming.push(one)
        continue
      }
      const restart = restartOf(member, one)
      if (restart === 'none') {
        const hasFailed = member.result?.ok === false
        if (!hasFailed || !retries) continue
        changes.retried.push(channel)
        coming.push(one)
      } else if (restart === 'turn-over') {
        member.turnOver.abort(new ChannelStop('turn'))
        member.isOn = false
        leaving.push(member)
      } else {
        if (restart !== 'turn') changes.changed.push(channel)
        member.stop.abort(new ChannelStop(restart))
        leaving.push(member)
        coming.push(one)
      }
    }
    // A tuner is let go of before it is another's.
    await within(mostClosingMs, Promise.all(leaving.map(({ sender }) => sender.closed)))
    for (const one of coming) this.#start(one)
    return changes
  }

  #tunerOf(key: string): ProducerStatus['tuner'] {
    const wanted = this.#wanted.find((one) => one.key === key)
    if (wanted?.turn == null || !wanted.isOn) return null
    const { turn, toMs } = wanted.turn
    return { name: turn.tuner, until: new Date(toMs).toISOString() }
  }

  #start({ key, options, isOn }: Wanted): void {
    const planned = this.#plan.channels.find(({ channel }) => channel === options.channel)
    const sender = new ChannelSender(options, {
      openSource: this.#sources.open,
      ...(planned === undefined ? {} : { missed: missedOf(planned, this.#plan.zone) }),
      tuner: () => this.#tunerOf(key),
    })
    const before = this.#members.get(key)?.done ?? this.#ending.get(key) ?? Promise.resolve()
    const member = new Member(options, sender, isOn, before)
    this.#members.set(key, member)
    void member.done.then((result) => {
      if (this.#members.get(key) === member) this.#options.onEnded(options.channel, result)
      this.#news.resolve(undefined)
    })
  }
}

/** Waits for something, and no longer than that. */
async function within(ms: number, what: Promise<unknown>, signal?: AbortSignal): Promise<void> {
  const enough = new AbortController()
  const stop = (): void => enough.abort()
  signal?.addEventListener('abort', stop)
  await Promise.race([what, sleep(ms, enough.signal)])
  signal?.removeEventListener('abort', stop)
  stop()
}
