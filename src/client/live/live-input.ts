import type { GapEvent, RunClock } from '../../protocol/events.ts'
import { rightWithinMs, type TunerClock } from '../clock/tuner-clock.ts'
import { anchorOf, StreamClock } from '../clock/stream-clock.ts'
import type { OpenGap } from '../spool/note.ts'
import type { Spool } from '../spool/spool.ts'
import { LiveGaps, type GapTimes, type LiveGap } from './live-gaps.ts'

/** Milliseconds since 1970. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** Of a time in which nobody listened, that in which somebody was to; the rest the server tells by itself. */
export type Missed = (span: Span) => readonly Span[]

export interface LiveInputOptions {
  readonly run: string
  readonly spool: Spool
  readonly clock: TunerClock
  readonly times: GapTimes
  readonly missed: Missed
  readonly durable: (gap: Omit<GapEvent, 'seq'>) => void
}

/** A drift is told when it has come to this much more than was told. */
const driftTellMs = 1000
/** Streams come some minutes after they were broadcast; more is a clock that is wrong, or a recording. */
const longestBehindMs = 600_000
/** How often it is looked whether anything came. */
const mostTickMs = 1000

/** What a live input has and a recording has not: times that follow arrival, and gaps. */
export class LiveInput {
  readonly #options: LiveInputOptions
  readonly #gaps: LiveGaps
  readonly #open = new Map<string, OpenGap>()
  readonly #timer: NodeJS.Timeout
  #stream: StreamClock | undefined
  #turn: Promise<void> = Promise.resolve()
  #told: Omit<RunClock, 'at'> = { driftMs: 0, stepMs: 0, steps: 0, serverMs: 0 }

  private constructor(options: LiveInputOptions) {
    const { run, clock, times } = options
    this.#options = options
    this.#gaps = new LiveGaps(run, clock.now(), times)
    const tickMs = Math.min(mostTickMs, times.sourceLostMs / 4, times.noCaptionsMs / 4)
    this.#timer = setInterval(() => this.#tell(this.#gaps.tick(clock.now())), tickMs)
  }

  /** Tells first what its predecessor could not: where its open gaps end, and that nobody listened since. */
  static async begin(options: LiveInputOptions): Promise<LiveInput> {
    const { spool, clock, run, missed, durable } = options
    const nowMs = clock.now()
    const { idleSinceMs } = spool
    const idleMs =
      idleSinceMs === null ? nowMs : Math.min(nowMs, idleSinceMs + clock.machineOffsetMs)
    for (const gap of spool.openGaps)
      durable({ type: 'gap', ...gap, to: iso(Math.max(idleMs, Date.parse(gap.from))) })
    const spans =
      idleSinceMs !== null && spool.wasLive ? missed({ fromMs: idleMs, toMs: nowMs }) : []
    for (const [at, { fromMs, toMs }] of spans.entries())
      durable({
        ...{ type: 'gap', run, id: `${run}-restart${at === 0 ? '' : `-${at + 1}`}` },
        ...{ reason: 'client-restart', from: iso(fromMs), to: iso(toMs) },
      })
    await spool.flush()
    await spool.saveOpenGaps([])
    await spool.beginLive()
    return new LiveInput(options)
  }

  /** null before anything of the stream has come. */
  get stream(): StreamClock | null {
    return this.#stream ?? null
  }

  /** What is missing now, in the operator's words; null = nothing. */
  get trouble(): string | null {
    const { open } = this.#gaps
    if (open === undefined) return null
    // Since when, not for how long: a log tells it once.
    const since = `${iso(open.fromMs).slice(0, 19).replace('T', ' ')} UTC`
    return open.reason === 'source-lost'
      ? `nothing has come from the source since ${since}`
      : `what comes has had no captions since ${since}`
  }

  bytes(): void {
    this.#tell(this.#gaps.bytes(this.#options.clock.now()))
  }

  lose(): void {
    this.#tell(this.#gaps.lose())
  }

  caption(): void {
    this.#tell(this.#gaps.caption(this.#options.clock.now()))
  }

  /**
   * The stream has come to `fts` just now; before anything of it is used. `isJoined`: it began earlier. `airedMs`: when it says
   * that it was broadcast, which counts where it can be true.
   */
  arrive(
    fts: number,
    isBroken: boolean,
    isJoined = false,
    airedMs: number | null = null,
  ): StreamClock {
    const arrivedMs = this.#options.clock.now()
    const isLikely = airedMs !== null && Math.abs(airedMs - arrivedMs) <= longestBehindMs
    const nowMs = isLikely ? airedMs : arrivedMs
    this.#stream ??= new StreamClock(isJoined ? Math.round(nowMs - fts) : anchorOf(fts, nowMs))
    this.#stream.arrive(fts, nowMs, isBroken)
    return this.#stream
  }

  /** The tuner's clock was corrected. */
  shift(byMs: number): void {
    this.#stream?.shift(byMs)
    this.#gaps.shift(byMs)
  }

  /** What was done to the times, when there is news worth telling; `isLast`: any news. */
  takeClockNews(isLast: boolean): Omit<RunClock, 'at'> | null {
    const corrections = this.#stream?.corrections ?? { driftMs: 0, stepMs: 0, steps: 0 }
    const news = { ...corrections, serverMs: Math.round(this.#options.clock.offsetMs) }
    const driftMs = Math.abs(news.driftMs - this.#told.driftMs)
    const isNews =
      driftMs >= (isLast ? 1 : driftTellMs) ||
      news.steps !== this.#told.steps ||
      Math.abs(news.serverMs - this.#told.serverMs) >= rightWithinMs
    if (!isNews) return null
    this.#told = news
    return news
  }

  /** Ends its gaps: it is read no longer. */
  async end(): Promise<void> {
    clearInterval(this.#timer)
    this.#tell(this.#gaps.end(this.#options.clock.now()))
    await this.#turn
  }

  /** After a failure its gaps stay open, for the next process to end. */
  abandon(): void {
    clearInterval(this.#timer)
  }

  #tell(gaps: readonly LiveGap[]): void {
    for (const gap of gaps) this.#turn = this.#turn.then(() => this.#tellOne(gap))
  }

  /** Open gaps are noted as long as they may be in the spool: from before they are until after their end is. */
  async #tellOne({ id, reason, fromMs, toMs }: LiveGap): Promise<void> {
    const { run, spool, durable } = this.#options
    const gap = { run, id, reason, from: iso(fromMs) }
    if (toMs === null) {
      this.#open.set(id, gap)
      await this.#noteOpen()
      durable({ type: 'gap', ...gap, to: null })
      return
    }
    durable({ type: 'gap', ...gap, to: iso(toMs) })
    await spool.flush()
    this.#open.delete(id)
    await this.#noteOpen()
  }

  async #noteOpen(): Promise<void> {
    try {
      await this.#options.spool.saveOpenGaps([...this.#open.values()])
    } catch {
      // A disk that cannot take the note cannot take events either, and that is told where they are written.
    }
  }
}

function iso(ms: number): string {
  return new Date(Math.round(ms)).toISOString()
}
