import { randomUUID } from 'node:crypto'
import { UnreadableSourceError } from '../captions/faults.ts'
import { createCaptionReader } from '../captions/create-reader.ts'
import type { FaultCounts } from '../captions/caption-group.ts'
import { Pacer, type Pace } from './pace.ts'
import { CaptionPipeline, type Unnumbered } from './pipeline.ts'
import { openSource, SourceError, type Source } from './source.ts'
import type { SpooledRun } from './spool/note.ts'
import { SpoolBusyError } from './spool/lock.ts'
import { Spool } from './spool/spool.ts'
import { RefusedError } from './feed-answers.ts'
import { noStatus, sleep, Uploader, type UploadStatus } from './uploader.ts'

export interface ChannelOptions {
  readonly server: string
  readonly token: string
  readonly channel: string
  readonly input: string
  readonly format: string | undefined
  readonly pace: Pace
  readonly loop: boolean
  /** Wall clock of a recorded input's first picture, milliseconds since 1970; null = now. */
  readonly startAtMs: number | null
  readonly tracks: readonly string[] | null
  readonly languages: ReadonlyMap<string, string>
  readonly bin: boolean
  readonly spoolFolder: string
  readonly spoolBytes: number
  /** Events that wait longer than this for the server are dropped; null = never for their age. */
  readonly spoolAgeMs: number | null
  /** Give up when the server has not been well for this long; null = never. */
  readonly giveUpMs: number | null
  readonly decoder: string
}

export interface ChannelReport {
  readonly channel: string
  readonly input: string
  readonly cues: number
  readonly cuesPerMinute: number
  readonly unacked: number
  readonly upload: UploadStatus
  readonly faults: FaultCounts
  readonly problem: string | null
}

export type ChannelResult =
  /** `isWhole`: a recording was read to its end, and all that was read is stored. */
  | { readonly ok: true; readonly cues: number; readonly isWhole: boolean; readonly input: string }
  | { readonly ok: false; readonly kind: 'refused' | 'failed'; readonly message: string }

/** How long what was read is still uploaded after a stop was asked for. */
const stopGraceMs = 5000
/** A recording may not run further ahead of the disk than this many events. */
const mostUnspooled = 5000
/** How often a spool without room is asked again. */
const roomRetryMs = 250
const rateWindowMs = 60_000

/** Feeds one channel: source → events → spool → server. */
export class ChannelSender {
  readonly #options: ChannelOptions
  #uploader: Uploader | undefined
  #spool: Spool | undefined
  #faults: FaultCounts = {}
  #problem: string | null = null
  #cues = 0
  #recentCues: number[] = []

  constructor(options: ChannelOptions) {
    this.#options = options
  }

  report(): ChannelReport {
    const { channel, input } = this.#options
    const upload = this.#uploader?.status ?? noStatus
    const since = performance.now() - rateWindowMs
    this.#recentCues = this.#recentCues.filter((at) => at > since)
    return {
      ...{ channel, input, upload, faults: this.#faults, problem: this.#whatIsWrong(upload) },
      cues: this.#cues,
      cuesPerMinute: this.#recentCues.length,
      unacked: Math.max(0, (this.#spool?.last ?? 0) - upload.stored),
    }
  }

  #whatIsWrong({ clockSkewMs }: UploadStatus): string | null {
    if (this.#spool?.isFull === true)
      return `the disk of the spool ${this.#options.spoolFolder} is full; reading waits until there is room`
    const { bins = 0, cues = 0 } = this.#spool?.dropped ?? {}
    if (bins + cues > 0)
      return `the spool ${this.#options.spoolFolder} is full: ${bins} pieces of BIN and ${cues} captions of the oldest were dropped`
    if (clockSkewMs === 0) return this.#problem
    const seconds = Math.round(Math.abs(clockSkewMs) / 1000)
    return `this machine’s clock is ${seconds} s ${clockSkewMs > 0 ? 'behind' : 'ahead of'} the server’s; captions get the wrong time until it is set`
  }

  /** Ends when a finite input is stored, when `signal` aborts, or when it cannot go on. */
  async run(signal: AbortSignal): Promise<ChannelResult> {
    try {
      const source = await openSource(this.#options.input, this.#options.format)
      await using spool = await Spool.open({
        folder: this.#options.spoolFolder,
        maxBytes: this.#options.spoolBytes,
        maxAgeMs: this.#options.spoolAgeMs,
      })
      this.#spool = spool
      if (spool.isDamaged)
        this.#problem = `the spool ${this.#options.spoolFolder} was damaged; what could be read of it is sent`
      return await this.#feed(source, spool, signal)
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

  async #feed(source: Source, spool: Spool, signal: AbortSignal): Promise<ChannelResult> {
    const { server, channel, token } = this.#options
    const stopped = new AbortController()
    const uploader = new Uploader({
      ...{ server, channel, token, spool, random: Math.random },
      onStatus: () => undefined,
    })
    this.#uploader = uploader
    const reading = AbortSignal.any([signal, stopped.signal])
    const uploading = uploader.run(stopped.signal)
    // A refusal ends the reading at once; the spool is kept.
    uploading.catch(() => stopped.abort())
    let gaveUp: Error | undefined
    const patience = setInterval(() => {
      gaveUp ??= this.#isAwayTooLong(uploader)
      if (gaveUp !== undefined) stopped.abort()
    }, 200)
    try {
      await this.#readAll(source, spool, reading)
      if (!stopped.signal.aborted) await this.#untilStored(spool, signal, stopped.signal)
    } finally {
      clearInterval(patience)
      stopped.abort()
      await uploading
    }
    if (gaveUp !== undefined) throw gaveUp
    // One that never ends by itself is whole when what was read of it is stored.
    const isFinite = source.fingerprint !== null && !this.#options.loop
    const isRead = !isFinite || !signal.aborted || spool.run?.endSeq !== null
    const isWhole = isRead && (!isFinite || uploader.status.stored >= spool.last)
    return { ok: true, cues: this.#cues, isWhole, input: this.#options.input }
  }

  #isAwayTooLong(uploader: Uploader): Error | undefined {
    const { giveUpMs } = this.#options
    const awayMs = uploader.awayMs()
    if (giveUpMs === null || awayMs < giveUpMs) return undefined
    return new Error(
      `gave up after ${Math.round(awayMs / 1000)} s without the server (${uploader.status.lastError ?? 'no answer'}); what was not stored is kept in the spool`,
    )
  }

  async #readAll(source: Source, spool: Spool, signal: AbortSignal): Promise<void> {
    const { loop, startAtMs } = this.#options
    let run = continuedRun(spool, source)
    let anchorMs = startAtMs ?? Date.now()
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
      if (!loop || source.fingerprint === null) return
      anchorMs = Math.max(
        run.anchorMs + reachedMs,
        this.#options.pace === 'realtime' ? Date.now() : 0,
      )
      run = null
    }
  }

  /** Reads the input once; returns its length in milliseconds. */
  async #readRun(
    source: Source,
    spool: Spool,
    run: SpooledRun,
    signal: AbortSignal,
  ): Promise<number> {
    const { pace, startAtMs, tracks, languages, bin, decoder } = this.#options
    const isSeekable = source.fingerprint !== null
    const reader = createCaptionReader(source.format)
    let seq = run.firstSeq - 1
    /** The last event that a draft after it must not overtake. */
    let orderedSeq = 0
    const sink = {
      durable: (event: Unnumbered) => {
        seq++
        if (event.type === 'cue') this.#countCue()
        // What was spooled before a crash comes again, with the same numbers.
        if (event.type !== 'bin') orderedSeq = seq
        if (seq > spool.last) spool.append(JSON.stringify(event), event.type === 'cue')
      },
      draft: (draft: Parameters<Uploader['draft']>[0]) => {
        if (seq >= spool.last) this.#uploader?.draft(draft, orderedSeq)
      },
    }
    const isLive = !isSeekable || (pace === 'realtime' && startAtMs === null)
    const pipeline = new CaptionPipeline(
      {
        run: run.run,
        anchorMs: run.anchorMs,
        live: isLive,
        source: source.name,
        decoder,
        tracks,
        languages,
        bin,
      },
      sink,
    )
    if (!isSeekable && spool.idleSinceMs !== null) sink.durable(restartGap(run, spool.idleSinceMs))
    const pacer =
      isSeekable && pace === 'realtime' ? new Pacer(startAtMs === null ? run.anchorMs : null) : null
    // A recording that nobody waits for loses nothing by waiting for the server.
    const canWait = isSeekable && pace === 'fast'
    let last = 0
    const take = async (groups: ReturnType<typeof reader.push>): Promise<void> => {
      for (const group of groups) {
        last = group.fts
        // What was spooled before a crash is not waited for again.
        if (seq >= spool.last || startAtMs === null) await pacer?.wait(group.fts, signal)
        while ((spool.isFull || (canWait && !spool.hasRoom)) && !signal.aborted)
          await sleep(roomRetryMs, signal)
        if (signal.aborted) return
        pipeline.push(group, reader)
        if (spool.last - spool.durable > mostUnspooled) await spool.flush()
        if (spool.failure !== undefined)
          throw new Error(`the spool cannot be written: ${spool.failure.message}`, {
            cause: spool.failure,
          })
      }
    }
    try {
      for await (const chunk of source.open(signal)) {
        await take(reader.push(chunk))
        this.#faults = reader.faults()
        if (signal.aborted) break
      }
      if (!signal.aborted) await take(reader.end())
    } catch (error) {
      if (!signal.aborted) throw error
    }
    const reachedMs = Math.max(last, reader.reachedMs?.() ?? 0)
    // A recording that was stopped goes on with the same command; a live input does not come back.
    if (signal.aborted && isSeekable) return reachedMs
    pipeline.end(reachedMs)
    this.#faults = reader.faults()
    if (isSeekable) {
      await spool.flush()
      await spool.saveRun({ ...run, endSeq: seq })
    }
    return reachedMs
  }

  /** A finite input is done when all of it is stored. */
  async #untilStored(spool: Spool, asked: AbortSignal, stopped: AbortSignal): Promise<void> {
    await spool.flush()
    let stopAtMs = Infinity
    while (!stopped.aborted) {
      const stored = this.#uploader?.status.stored ?? 0
      if (stored >= spool.last) return
      const now = performance.now()
      if (asked.aborted) stopAtMs = Math.min(stopAtMs, now + stopGraceMs)
      if (now >= stopAtMs) return
      await sleep(50, stopped)
    }
  }

  #countCue(): void {
    this.#cues++
    this.#recentCues.push(performance.now())
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

/** What was said while nobody listened to a live input. */
function restartGap({ run, anchorMs }: SpooledRun, idleSinceMs: number): Unnumbered {
  return {
    ...{ type: 'gap', run, id: `${run}-restart`, reason: 'client-restart' },
    from: new Date(Math.min(idleSinceMs, anchorMs)).toISOString(),
    to: new Date(anchorMs).toISOString(),
  }
}

function newRunId(): string {
  return randomUUID().replaceAll('-', '')
}
