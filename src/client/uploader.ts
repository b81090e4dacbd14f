import { channel } from 'node:diagnostics_channel'
import { backoffMs, type Backoff } from '../protocol/backoff.ts'
import type { DraftEvent, ServerLine } from '../protocol/events.ts'
import type { ProducerStatus } from '../protocol/producer-status.ts'
import type { ClockSample } from './clock/tuner-clock.ts'
import type { Ending, UploadTimes } from './feed-answers.ts'
import { FeedConnection } from './feed-connection.ts'
import type { Spool } from './spool/spool.ts'

const backoff: Backoff = { firstMs: 250, longestMs: 30_000 }

export interface UploaderOptions {
  /** Address of the repository, without a path of its own or with one. */
  readonly server: string
  readonly channel: string
  readonly token: string
  readonly spool: Spool
  readonly onStatus: (status: UploadStatus) => void
  readonly onClock: (sample: ClockSample) => void
  /** What the server is told of the sender itself. */
  readonly tellOf: (() => ProducerStatus) | null
  readonly random: () => number
  readonly times?: Partial<UploadTimes> | undefined
}

export interface UploadStatus {
  readonly state: 'connecting' | 'sending' | 'waiting'
  readonly received: number
  readonly stored: number
  readonly lastError: string | null
}

/** docs/protocol.md, "Feed": what a client holds itself to. */
const usualTimes: UploadTimes = {
  welcome: 5000,
  ping: 10_000,
  silence: 30_000,
  // Many proxies end a request after an hour or more; ours ends it first, when nothing is under way.
  request: 3_600_000,
  shortBody: 2000,
}
/** Short requests go on this long before a long one is tried again: the way may have changed. */
const shortForMs = 600_000
/** Drafts are for the moment: with more than this behind, they would come too late to be of use. */
const draftBacklogMs = 2000

const acknowledged = channel('ccr:spool.acknowledged')

export const noStatus: UploadStatus = {
  ...{ state: 'connecting', received: 0, stored: 0, lastError: null },
}

/** Sends a spool to the server, connection after connection, until it is stopped. */
export class Uploader {
  readonly #options: UploaderOptions
  readonly #times: UploadTimes
  #status: UploadStatus = noStatus
  #connection: FeedConnection | undefined
  /** The highest number that may have reached the server, acknowledged or not. */
  #sentTo = 0
  /** These three are on a clock that nobody sets. */
  #shortUntilMs = 0
  #lastGoodMs = performance.now()
  #behindSinceMs: number | null = null
  #attempt = 0
  /** Whether the server last said that it understands what a sender tells of itself. */
  #isAsked = false

  constructor(options: UploaderOptions) {
    this.#options = options
    this.#times = { ...usualTimes, ...options.times }
    options.spool.onDurable = () => this.#connection?.wake()
  }

  get status(): UploadStatus {
    return this.#status
  }

  /** How long the server has not been well: nothing of what waits for it was stored. */
  awayMs(): number {
    const { state, stored } = this.#status
    const now = performance.now()
    if (state === 'sending' && stored >= this.#options.spool.durable) this.#lastGoodMs = now
    return now - this.#lastGoodMs
  }

  /** Sent now or never, but not before the event `afterSeq`. */
  draft(draft: DraftEvent, afterSeq: number): void {
    const { spool } = this.#options
    const now = performance.now()
    if (spool.last > this.#status.received) this.#behindSinceMs ??= now
    else this.#behindSinceMs = null
    const isBehind = this.#behindSinceMs !== null && now - this.#behindSinceMs > draftBacklogMs
    if (!isBehind) this.#connection?.draft(draft, afterSeq)
  }

  /** Runs until `signal` aborts; throws RefusedError. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#tell({ state: 'connecting' })
      const ending = await this.#connect(signal)
      if (isAborted(signal)) return
      const wait =
        ending.retryAfterMs ?? backoffMs(backoff, ++this.#attempt, this.#options.random())
      this.#tell({ state: 'waiting', lastError: ending.error ?? this.#status.lastError })
      await sleep(wait, signal)
    }
  }

  async #connect(signal: AbortSignal): Promise<Ending> {
    const connection = new FeedConnection({
      ...this.#options,
      times: this.#times,
      short: performance.now() < this.#shortUntilMs,
      received: this.#status.received,
      clock: this.#options.onClock,
      status: () => (this.#isAsked ? (this.#options.tellOf?.() ?? null) : null),
      line: (line) => this.#line(line),
    })
    this.#connection = connection
    try {
      const ending = await connection.run(signal)
      this.#sentTo = Math.max(this.#sentTo, connection.sentTo)
      if (ending.isHeldBack) this.#shortUntilMs = performance.now() + shortForMs
      else if (ending.isStreaming) this.#shortUntilMs = 0
      return ending
    } finally {
      this.#connection = undefined
    }
  }

  async #line(line: ServerLine): Promise<boolean> {
    const { spool } = this.#options
    if (line.type === 'welcome') this.#isAsked = line.accepts?.includes('status') === true
    if (line.type === 'welcome' || line.type === 'ack') {
      if (line.type === 'welcome' && line.received > Math.max(spool.openedLast, this.#sentTo)) {
        await spool.renew()
        this.#tell({ received: spool.offset, stored: spool.offset })
        return false
      }
      this.#attempt = 0
      if (line.type === 'ack') this.#lastGoodMs = performance.now()
      const { received, stored } = line
      this.#tell({ state: 'sending', received, stored, lastError: null })
      if (received >= spool.last) this.#behindSinceMs = null
      if (line.type === 'ack') acknowledged.publish(undefined)
      await spool.trim(stored)
    } else if (line.type === 'warn') {
      this.#tell({ lastError: line.detail })
    }
    return true
  }

  #tell(change: Partial<UploadStatus>): void {
    this.#status = { ...this.#status, ...change }
    this.#options.onStatus(this.#status)
  }
}

/** Resolves early, without an error, when `signal` aborts. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}

/** A question of its own: the answer changes while others are awaited. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted
}
