import type {
  CaptionGroup,
  CaptionReader,
  CaptionService,
  FaultCounts,
} from '../captions/caption-group.ts'
import { createCaptionReader } from '../captions/create-reader.ts'
import { RenditionTracks } from '../captions/renditions/rendition-tracks.ts'
import type { TunerClock } from './clock/tuner-clock.ts'
import type { ChannelOptions } from './channel-options.ts'
import { InputTrouble } from './input-trouble.ts'
import type { GapTimes } from './live/live-gaps.ts'
import { meaningOf } from './channel-stop.ts'
import { LiveInput, type Missed } from './live/live-input.ts'
import { Pacer } from './pace.ts'
import { CaptionPipeline, type PipelineSink, type Unnumbered } from './pipeline.ts'
import type { ExtractorNote, Source, SourceNote, TellTrouble } from './sources/source.ts'
import { withPauses } from './sources/with-pauses.ts'
import type { SpooledRun } from './spool/note.ts'
import type { Spool } from './spool/spool.ts'
import { sleep, type Uploader } from './uploader.ts'

export interface RunReaderOptions {
  readonly channel: ChannelOptions
  readonly source: Source
  readonly spool: Spool
  readonly run: SpooledRun
  readonly clock: TunerClock
  readonly gapTimes: GapTimes
  readonly missed: Missed
  readonly uploader: Uploader
  readonly onCue: () => void
  readonly onFaults: (faults: FaultCounts) => void
  readonly onTrouble: TellTrouble
  readonly onExtractor: (extractor: ExtractorNote) => void
}

/** A recording may not run further ahead of the disk than this many events. */
const mostUnspooled = 5000
/** How often a spool without room is asked again. */
const roomRetryMs = 250
/** What belongs together comes without a pause of this. */
const pauseMs = 150
/** Notes of a source that wait for the first of its stream. */
const mostEarly = 2000
/** Faults after which a reader's clock goes on although it became another one. */
const breaks = ['ts-clock-jump', 'ts-outage', 'rcwt-clock-reset', 'ttxt-clock-reset'] as const

/** Reads an input once: its bytes in, numbered events into the spool, drafts to the uploader. */
export class RunReader {
  readonly #options: RunReaderOptions
  #reader: CaptionReader
  /** null: the decoder. */
  #extractor: string | null = null
  #isInterrupted = false
  readonly #renditions = new RenditionTracks()
  #airedMs: number | null = null
  #sourceFaults: FaultCounts = {}
  readonly #early: Extract<SourceNote, { note: 'about' | 'airing' }>[] = []
  readonly #isSeekable: boolean
  readonly #pacer: Pacer | null
  readonly #trouble: InputTrouble
  #pipeline: CaptionPipeline | undefined
  #live: LiveInput | undefined
  #seq: number
  /** The last event that a draft after it must not overtake. */
  #orderedSeq = 0
  #lastFts = 0
  #breaks = 0

  constructor(options: RunReaderOptions) {
    const { channel, source, run } = options
    this.#options = options
    this.#reader = createCaptionReader(source.format, { programme: source.programme ?? undefined })
    this.#isSeekable = source.fingerprint !== null
    this.#trouble = new InputTrouble(options.onTrouble, this.#isSeekable)
    this.#seq = run.firstSeq - 1
    const isOfNow = (source.startAtMs ?? null) === null
    const isPaced = this.#isSeekable && channel.pace === 'realtime' && source.grows !== true
    this.#pacer = isPaced
      ? new Pacer(channel.startAtMs === null && isOfNow ? run.anchorMs : null)
      : null
  }

  get live(): LiveInput | undefined {
    return this.#live
  }

  /** Answers the input's length in milliseconds. */
  async read(signal: AbortSignal): Promise<number> {
    const { source, spool, run, clock, missed, gapTimes: times } = this.#options
    const durable = (event: Unnumbered): void => this.#durable(event)
    if (isByArrival(this.#options)) {
      this.#live = await LiveInput.begin({
        ...{ run: run.run, spool, clock, times, missed, durable },
      })
      // Numbers go on after what was told first.
    } else if (source.isUndecided !== true) this.#createPipeline(run.anchorMs)
    try {
      const trouble = this.#trouble
      let bytes = 0
      const chunks = source.open(signal, (told) => trouble.ofSource(told))
      for await (const chunk of this.#live === undefined ? chunks : withPauses(chunks, pauseMs)) {
        if (chunk === 'pause') await this.#take(this.#reader.pause?.() ?? [], signal)
        else if (chunk instanceof Uint8Array) {
          this.#live?.bytes()
          await this.#take(this.#reader.push(chunk), signal)
        } else await this.#heed(chunk, signal)
        this.#options.onFaults(this.#faults())
        if (chunk instanceof Uint8Array) trouble.ofReader(this.#reader, (bytes += chunk.length))
        if (signal.aborted) break
      }
      if (!signal.aborted) await this.#take(this.#reader.end(), signal)
      if (!signal.aborted) trouble.atEnd(this.#reader)
    } catch (error) {
      if (!signal.aborted) {
        this.#live?.abandon()
        throw error
      }
    }
    return await this.#end(signal)
  }

  /** What a source says of what follows. */
  async #heed(note: SourceNote, signal: AbortSignal): Promise<void> {
    switch (note.note) {
      case 'extractor': {
        const { format, track, language } = note
        const programme = this.#options.source.programme ?? undefined
        this.#reader = createCaptionReader(format, { track, language, programme })
        this.#extractor = note.name
        this.#options.onExtractor(note)
        return
      }
      case 'interrupted':
        this.#live?.lose()
        this.#isInterrupted = true
        await this.#take(this.#reader.restart?.() ?? [], signal)
        return
      case 'alive':
        this.#live?.bytes()
        return
      case 'faults':
        this.#sourceFaults = note.counts
        return
      case 'clock':
        this.#airedMs = note.airedMs
        return
      case 'segment': {
        this.#live?.bytes()
        if (note.isDiscontinuity && !note.hasVideo) this.#isInterrupted = true
        const { reachedMs: before } = this.#renditions
        const groups = this.#renditions.take(note, (pts) => this.#reader.timeOf?.(pts) ?? null)
        // The video tells the time; without one, cues that are new do.
        const isTimed = !note.hasVideo && this.#renditions.reachedMs > before
        await this.#take(groups, signal, isTimed || this.#live?.stream === null)
        return
      }
      case 'about':
      case 'airing':
        if (this.#early.length < mostEarly) this.#early.push(note)
        this.#tellEarly()
    }
  }

  /** What came before the run began waits for it. */
  #tellEarly(): void {
    if (this.#pipeline === undefined) return
    for (const note of this.#early.splice(0)) {
      if (note.note === 'about') this.#pipeline.describe(note.text)
      else this.#pipeline.announce(note.airing)
    }
  }

  async #end(signal: AbortSignal): Promise<number> {
    const { spool, run, clock } = this.#options
    const reachedMs = Math.max(this.#lastFts, this.#reader.reachedMs?.() ?? 0)
    // A recording that was stopped goes on with the same command; a live input does not come back.
    const isOver = !signal.aborted || meaningOf(signal).endsRun
    if (this.#isSeekable && !isOver) return reachedMs
    const beganMs = this.#live === undefined ? run.anchorMs : Math.round(clock.now())
    const pipeline = this.#pipeline ?? this.#createPipeline(beganMs)
    const news = this.#live?.takeClockNews(true) ?? null
    if (news !== null) pipeline.announceClock(news)
    // A live stream that is stopped: what is not complete is as far as it got.
    const isCut = signal.aborted && this.#reader.pause !== undefined
    const rest = [...(isCut ? this.#reader.end() : []), ...this.#renditions.end(reachedMs)]
    for (const group of rest) pipeline.push(group, this)
    await this.#live?.end()
    pipeline.end(reachedMs)
    this.#options.onFaults(this.#faults())
    if (this.#isSeekable) {
      await spool.flush()
      await spool.saveRun(signal.aborted ? null : { ...run, endSeq: this.#seq })
    }
    return reachedMs
  }

  /** Caption services that are announced beside groups that say so themselves, with their languages. */
  services(): readonly CaptionService[] {
    const read = this.#reader.tellsServices === true ? [] : (this.#reader.services?.() ?? [])
    return [...read, ...this.#renditions.services()]
  }

  #faults(): FaultCounts {
    return {
      ...this.#sourceFaults,
      ...this.#reader.faults(),
      ...this.#renditions.faults(),
      ...this.#pipeline?.faults(),
    }
  }

  #durable(event: Unnumbered): void {
    const { spool, onCue } = this.#options
    this.#seq++
    if (event.type === 'cue') {
      onCue()
      this.#live?.caption()
    }
    if (event.type !== 'bin') this.#orderedSeq = this.#seq
    // What was spooled before a crash comes again, with the same numbers.
    if (this.#seq > spool.last) spool.append(JSON.stringify(event), event.type === 'cue')
  }

  #draft(draft: Parameters<PipelineSink['draft']>[0]): void {
    if (draft.text !== '') this.#live?.caption()
    const { spool, uploader } = this.#options
    if (this.#seq >= spool.last) uploader.draft(draft, this.#orderedSeq)
  }

  #createPipeline(anchorMs: number): CaptionPipeline {
    const { run, source, channel } = this.#options
    const { tracks, languages, bin, decoder, pace } = channel
    const startAt = channel.startAtMs ?? source.startAtMs ?? null
    const stream = this.#live?.stream ?? null
    this.#pipeline = new CaptionPipeline(
      {
        extractor: this.#extractor ?? (source.format === 'ttxt' ? 'ttxt' : undefined),
        ...{ run: run.run, anchorMs, source: source.name, decoder, tracks, languages, bin },
        live:
          source.grows === true || (startAt === null && (!this.#isSeekable || pace === 'realtime')),
        wall: stream === null ? undefined : (ms) => stream.wall(ms),
      },
      {
        durable: (event) => this.#durable(event),
        draft: (draft) => this.#draft(draft),
      },
    )
    this.#tellEarly()
    return this.#pipeline
  }

  /** `isTimed`: how far they have come says when it is now. */
  async #take(groups: readonly CaptionGroup[], signal: AbortSignal, isTimed = true): Promise<void> {
    const { channel, source, spool } = this.#options
    if (this.#live !== undefined && isTimed) this.#arrive(groups, this.#live)
    else if (this.#live === undefined && groups.length > 0)
      this.#pipeline ??= this.#createPipeline(this.#options.run.anchorMs)
    // A recording that nobody waits for loses nothing by waiting for the server.
    const isUnhurried = channel.pace === 'fast' || source.grows === true
    const canWait = this.#isSeekable && isUnhurried
    for (const group of groups) {
      this.#lastFts = group.fts
      // What was spooled before a crash is not waited for again.
      if (this.#seq >= spool.last || channel.startAtMs === null)
        await this.#pacer?.wait(group.fts, signal)
      while ((spool.isFull || (canWait && !spool.hasRoom)) && !signal.aborted)
        await sleep(roomRetryMs, signal)
      if (signal.aborted) return
      this.#pipeline?.push(group, this)
      if (spool.last - spool.durable > mostUnspooled) await spool.flush()
      if (spool.failure !== undefined)
        throw new Error(`the spool cannot be written: ${spool.failure.message}`, {
          cause: spool.failure,
        })
    }
  }

  /** Holds the stream's clock to its arrival; the run begins with the first of it. */
  #arrive(groups: readonly CaptionGroup[], live: LiveInput): void {
    const reached = Math.max(this.#reader.reachedMs?.() ?? 0, ...groups.map(({ fts }) => fts))
    if (groups.length === 0 && reached <= 0) return
    const faults = this.#reader.faults()
    const count = breaks.reduce((sum, name) => sum + (faults[name] ?? 0), 0)
    const stream = live.arrive(
      reached,
      count > this.#breaks || this.#isInterrupted,
      this.#options.source.joinsMidway,
      this.#airedMs,
    )
    this.#breaks = count
    this.#isInterrupted = false
    const pipeline = this.#pipeline ?? this.#createPipeline(stream.wall(0))
    const news = live.takeClockNews(false)
    if (news !== null) pipeline.announceClock(news)
  }
}

/** Whether an input's times follow its arrival: one that comes once, and is not said to be of another time. */
export function isByArrival({
  source,
  channel,
}: Pick<RunReaderOptions, 'source' | 'channel'>): boolean {
  return source.fingerprint === null && channel.startAtMs === null
}
