import { randomUUID } from 'node:crypto'
import type { ChannelOptions } from './channel-options.ts'
import { UnreadableSourceError } from '../captions/faults.ts'
import type { FaultCounts } from '../captions/caption-group.ts'
import type { ChannelReport, ChannelResult } from './channel-report.ts'
import { ChannelFigures } from './channel-figures.ts'
import { meaningOf } from './channel-stop.ts'
import { rightWithinMs, TunerClock, type ClockSample } from './clock/tuner-clock.ts'
import { usualGapTimes, type GapTimes } from './live/live-gaps.ts'
import type { Missed } from './live/live-input.ts'
import { isByArrival, RunReader } from './run-reader.ts'
import { withExtractor } from './extractor/choose.ts'
import { openSource } from './sources/open-source.ts'
import { SourceError, type Source } from './sources/source.ts'
import type { SpooledRun } from './spool/note.ts'
import { SpoolBusyError } from './spool/lock.ts'
import { Spool } from './spool/spool.ts'
import { RefusedError } from './feed-answers.ts'
import type { ProducerStatus } from '../protocol/producer-status.ts'
import { tellOf } from './status/tell-of.ts'
import { noStatus, sleep, Uploader } from './uploader.ts'

export type { ChannelOptions } from './channel-options.ts'
export type { ChannelReport, ChannelResult } from './channel-report.ts'

/** What a channel has of its own among others. */
export interface Circumstances {
  /** A test has no ten minutes. */
  readonly gapTimes: GapTimes
  readonly openSource: typeof openSource
  /** Of a time in which nobody listened, that in which somebody was to. */
  readonly missed: Missed
  /** The tuner that it has by turns, and until when. */
  readonly tuner: () => ProducerStatus['tuner']
}

/** How long a live input waits for the server's time, when it was never known and when it was. */
const unknownClockMs = 5000
const knownClockMs = 1000
/** Of a channel that reads as long as it runs. */
const noTurn = new AbortController().signal

/** Feeds one channel: source → events → spool → server. */
export class ChannelSender {
  readonly #options: ChannelOptions
  #uploader: Uploader | undefined
  #spool: Spool | undefined
  #clock: TunerClock | undefined
  #reader: RunReader | undefined
  #faults: FaultCounts = {}
  #extractor: ChannelReport['extractor'] = null
  #problem: string | null = null
  /** Of a source that comes back by itself. */
  #trouble: string | null = null
  #source: Source | undefined
  #runId: string | null = null
  readonly #figures = new ChannelFigures()
  readonly #circumstances: Circumstances
  readonly #closed = Promise.withResolvers<undefined>()

  constructor(options: ChannelOptions, circumstances: Partial<Circumstances> = {}) {
    this.#options = options
    this.#circumstances = {
      ...{ gapTimes: usualGapTimes, openSource, missed: (span) => [span], tuner: () => null },
      ...circumstances,
    }
  }

  /** Resolves when its source is read no longer: another may have the tuner. */
  get closed(): Promise<void> {
    return this.#closed.promise
  }

  report(): ChannelReport {
    const upload = this.#uploader?.status ?? noStatus
    const sharing = this.#source?.sharing?.()
    const passedOver = sharing?.passedOver ?? 0
    const { cues } = this.#figures
    return {
      ...{ channel: this.#options.channel, upload, cues, problem: this.#whatIsWrong() },
      ...{ source: this.#source?.name ?? null, run: this.#runId, sharing: sharing?.readers ?? 1 },
      faults: passedOver === 0 ? this.#faults : { ...this.#faults, 'passed-over': passedOver },
      extractor: this.#extractor,
      clock: this.#reader?.live?.stream?.corrections ?? null,
      offsetMs: Math.round(this.#clock?.offsetMs ?? 0),
      cuesPerMinute: this.#figures.cuesPerMinute(),
      unacked: Math.max(0, (this.#spool?.last ?? 0) - upload.stored),
      lagMs: this.#figures.lagMs(upload.stored),
    }
  }

  #whatIsWrong(): string | null {
    if (this.#spool?.isFull === true)
      return `the disk of the spool ${this.#options.spoolFolder} is full; reading waits until there is room`
    const { bins = 0, cues = 0 } = this.#spool?.dropped ?? {}
    if (bins + cues > 0)
      return `the spool ${this.#options.spoolFolder} is full: ${bins} pieces of BIN and ${cues} captions of the oldest were dropped`
    const offsetMs = this.#clock?.offsetMs ?? 0
    const trouble = this.#trouble ?? this.#reader?.live?.trouble ?? null
    if (trouble !== null || offsetMs === 0) return trouble ?? this.#problem
    const seconds = Math.round(Math.abs(offsetMs) / 1000)
    return `this machine’s clock is ${seconds} s ${offsetMs > 0 ? 'behind' : 'ahead of'} the server’s; captions of live inputs get the server’s time`
  }

  /**
   * Ends when a finite input is stored, when `signal` aborts, or when it cannot go on. After `turn` it reads no more,
   * and ends when what was read is stored; one that begins so only sends what its spool still has.
   */
  async run(signal: AbortSignal, turn: AbortSignal = noTurn): Promise<ChannelResult> {
    try {
      const { input, format, tracks, extractor } = this.#options
      const opened = await this.#circumstances.openSource(input, format)
      const source = extractor === undefined ? opened : withExtractor(opened, extractor, tracks)
      this.#source = source
      await using spool = await Spool.open({
        folder: this.#options.spoolFolder,
        maxBytes: this.#options.spoolBytes,
        maxAgeMs: this.#options.spoolAgeMs,
      })
      this.#spool = spool
      if (spool.isDamaged)
        this.#problem = `the spool ${this.#options.spoolFolder} was damaged; what could be read of it is sent`
      if (turn.aborted && spool.first > spool.last)
        return { ok: true, cues: 0, isWhole: true, input }
      return await this.#feed(source, spool, signal, turn)
    } catch (error) {
      if (error instanceof RefusedError)
        return {
          ok: false,
          kind: 'refused',
          message: `the server refused this feed: ${error.message}`,
        }
      const isKnown = error instanceof SourceError || error instanceof UnreadableSourceError
      return {
        ok: false,
        kind: 'failed',
        message: isKnown ? error.message : `${this.#options.channel}: ${this.#explain(error)}`,
      }
    } finally {
      this.#closed.resolve(undefined)
    }
  }

  #explain(error: unknown): string {
    if (!(error instanceof Error)) return String(error)
    if (!('code' in error) || error instanceof SpoolBusyError) return error.message
    const { spoolFolder } = this.#options
    if (error.code === 'ENOSPC')
      return `the disk of the spool ${spoolFolder} is full; make room, or name another with --spool`
    return `the spool ${spoolFolder} cannot be used: ${error.message}; name another with --spool`
  }

  async #feed(
    source: Source,
    spool: Spool,
    signal: AbortSignal,
    turn: AbortSignal,
  ): Promise<ChannelResult> {
    const { server, channel, token } = this.#options
    const stopped = new AbortController()
    const clock = new TunerClock(spool.clockOffsetMs)
    clock.onCorrected = (byMs) => this.#reader?.live?.shift(byMs)
    const uploader = new Uploader({
      ...{ server, channel, token, spool, random: Math.random },
      onStatus: () => undefined,
      onClock: (sample) => this.#takeClock(clock, spool, sample),
      tellOf: () => tellOf(this.report(), this.#options.decoder, this.#circumstances.tuner()),
    })
    this.#clock = clock
    this.#uploader = uploader
    const reading = AbortSignal.any([signal, turn, stopped.signal])
    const uploading = uploader.run(stopped.signal)
    // A refusal ends the reading at once; the spool is kept.
    uploading.catch(() => stopped.abort())
    let gaveUp: Error | undefined
    const patience = setInterval(() => {
      this.#figures.mark(spool.last, uploader.status.stored)
      gaveUp ??= this.#isAwayTooLong(uploader)
      if (gaveUp !== undefined) stopped.abort()
    }, 200)
    try {
      if (!reading.aborted) await this.#readAll(source, spool, reading)
      this.#closed.resolve(undefined)
      if (!stopped.signal.aborted) await this.#untilStored(spool, signal, stopped.signal)
    } finally {
      clearInterval(patience)
      stopped.abort()
      await uploading
    }
    if (gaveUp !== undefined) throw gaveUp
    // One that never ends by itself is whole when what was read of it is stored.
    const isFinite = source.fingerprint !== null && !this.#options.loop && source.grows !== true
    const isRead = !isFinite || !signal.aborted || spool.run?.endSeq !== null
    const isWhole = isRead && (!isFinite || uploader.status.stored >= spool.last)
    return { ok: true, cues: this.#figures.cues, isWhole, input: this.#options.input }
  }

  #isAwayTooLong(uploader: Uploader): Error | undefined {
    const { giveUpMs } = this.#options
    const awayMs = uploader.awayMs()
    if (giveUpMs === null || awayMs < giveUpMs) return undefined
    return new Error(
      `gave up after ${Math.round(awayMs / 1000)} s without the server (${uploader.status.lastError ?? 'no answer'}); what was not stored is kept in the spool`,
    )
  }

  async #readAll(first: Source, spool: Spool, signal: AbortSignal): Promise<void> {
    const { loop, startAtMs } = this.#options
    let source = first
    let run = continuedRun(spool, source)
    if (this.#clock !== undefined && isByArrival({ source, channel: this.#options }))
      await this.#awaitClock(this.#clock, spool, signal)
    const now = (): number => Math.round(this.#clock?.now() ?? Date.now())
    let anchorMs = startAtMs ?? source.startAtMs ?? now()
    for (;;) {
      if (run === null) {
        run = {
          fingerprint: source.fingerprint ?? '',
          run: newRunId(),
          anchorMs,
          firstSeq: spool.last + 1,
          endSeq: null,
        }
        if (source.fingerprint !== null) await spool.saveRun(run)
      }
      const reachedMs = await this.#readRun(source, spool, run, signal)
      if (signal.aborted) return
      await spool.flush()
      const next = (await source.renew?.(signal)) ?? null
      if (next !== null) {
        source = next
        anchorMs = startAtMs ?? source.startAtMs ?? now()
        run = null
        continue
      }
      if (!loop || source.fingerprint === null) return
      anchorMs = Math.max(run.anchorMs + reachedMs, this.#options.pace === 'realtime' ? now() : 0)
      run = null
    }
  }

  async #readRun(
    source: Source,
    spool: Spool,
    run: SpooledRun,
    signal: AbortSignal,
  ): Promise<number> {
    if (this.#uploader === undefined || this.#clock === undefined) return 0
    const { gapTimes, missed } = this.#circumstances
    this.#runId = run.run
    const reader = new RunReader({
      ...{ channel: this.#options, source, spool, run, clock: this.#clock },
      ...{ uploader: this.#uploader, gapTimes, missed },
      onCue: () => this.#figures.cue(),
      onFaults: (faults) => (this.#faults = faults),
      onTrouble: (trouble) => (this.#trouble = trouble),
      onExtractor: ({ name, why }) => (this.#extractor = { name, why }),
    })
    this.#reader = reader
    return await reader.read(signal)
  }

  /**
   * A live input begins with the server's time, if that can be had soon: what was told of its beginning cannot be
   * taken back. A server that is known to be away is not waited for; the last known difference serves then.
   */
  async #awaitClock(clock: TunerClock, spool: Spool, signal: AbortSignal): Promise<void> {
    const untilMs =
      performance.now() + (spool.clockOffsetMs === null ? unknownClockMs : knownClockMs)
    while (!clock.isConfirmed && this.#uploader?.status.state !== 'waiting' && !signal.aborted) {
      if (performance.now() > untilMs) return
      await sleep(20, signal)
    }
  }

  #takeClock(clock: TunerClock, spool: Spool, sample: ClockSample): void {
    clock.sample(sample)
    const { machineOffsetMs } = clock
    const known = spool.clockOffsetMs
    if (known !== null && Math.abs(machineOffsetMs - known) < rightWithinMs) return
    // Not worth stopping for: the next start asks again.
    void spool.saveClockOffset(machineOffsetMs).catch(() => undefined)
  }

  /** A finite input is done when all of it is stored. */
  async #untilStored(spool: Spool, asked: AbortSignal, stopped: AbortSignal): Promise<void> {
    await spool.flush()
    let stopAtMs = Infinity
    while (!stopped.aborted) {
      const stored = this.#uploader?.status.stored ?? 0
      if (stored >= spool.last) return
      const now = performance.now()
      if (asked.aborted) stopAtMs = Math.min(stopAtMs, now + meaningOf(asked).graceMs)
      if (now >= stopAtMs) return
      await sleep(50, stopped)
    }
  }
}

/** The run of the same input that a crash interrupted. */
function continuedRun(spool: Spool, source: Source): SpooledRun | null {
  const { run } = spool
  if (run === null || source.fingerprint === null || run.fingerprint !== source.fingerprint)
    return null
  // Its end is stored: the same command again is a new run.
  const isOver = run.endSeq !== null && spool.first > run.endSeq
  return isOver ? null : run
}

function newRunId(): string {
  return randomUUID().replaceAll('-', '')
}
