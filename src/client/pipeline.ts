import type {
  CaptionGroup,
  CaptionReader,
  CaptionService,
  FaultCounts,
  StreamNews,
} from '../captions/caption-group.ts'
import { formatRcwtGroup } from '../captions/rcwt.ts'
import { RunText } from '../captions/run-text.ts'
import type { BinEvent, DraftEvent, DurableEvent, RunClock } from '../protocol/events.ts'
import { Airings, type GuideAiring } from './airings.ts'
import { StreamGuide } from './stream-guide.ts'

/** An event that has no number yet. */
export type Unnumbered = DurableEvent extends infer E
  ? E extends unknown
    ? Omit<E, 'seq'>
    : never
  : never

export interface PipelineOptions {
  readonly run: string
  /** Wall clock of FTS 0, milliseconds since 1970. */
  readonly anchorMs: number
  readonly live: boolean
  readonly source: string
  readonly decoder: string
  /** What made captions of the source; the decoder unless said otherwise. */
  readonly extractor?: string | undefined
  /** null = CC1 to CC4, and the services of CEA-708 that say something else. */
  readonly tracks: readonly string[] | null
  /** Languages that the operator names, by track. */
  readonly languages: ReadonlyMap<string, string>
  readonly bin: boolean
  /** Milliseconds since 1970 of a time on the run's clock; without it, that is the anchor and the time. */
  readonly wall?: ((ms: number) => number) | undefined
}

export interface PipelineSink {
  durable(event: Unnumbered): void
  draft(draft: DraftEvent): void
}

/** One BIN event holds about a second of the stream, or as many bytes as a second never has. */
const binMs = 1000
const binBytes = 16 * 1024
/** Of a source, as the protocol has it. */
const longestName = 200

/**
 * Caption groups of one run in, events out. Everything durable follows from the groups and the options
 * alone, so that a run can be made again after a crash and gives the same events with the same numbers.
 */
export class CaptionPipeline {
  readonly #options: PipelineOptions
  readonly #sink: PipelineSink
  readonly #text: RunText
  readonly #tracks = new Map<string, string | null>()
  /** As the stream announces them, of all its tracks. */
  readonly #announcedLanguages = new Map<string, string>()
  #announced = ''
  #clock: RunClock | undefined
  #bin: Uint8Array[] = []
  #binSize = 0
  #binFts = 0
  #binFormat: BinEvent['format'] = 'rcwt'
  #lastFts = 0
  readonly #airings: Airings
  readonly #guide: StreamGuide
  /** What the other side says of itself. */
  #about = ''
  /** Cues so far, for the warning that there were none. */
  cues = 0

  constructor(options: PipelineOptions, sink: PipelineSink) {
    this.#options = options
    this.#sink = sink
    const { run, tracks } = options
    const wallMs = (ms: number): number => Date.parse(this.#wall(ms))
    this.#airings = new Airings({ run, wallMs, tell: (airing) => sink.durable(airing) })
    this.#guide = new StreamGuide({
      ...{ run, wallMs },
      announce: (airing) => this.#airings.announce(airing),
    })
    this.#text = new RunText(
      { run, tracks, wall: (ms) => this.#wall(ms) },
      {
        cue: (cue) => {
          this.#learnTrack(cue.track)
          this.cues++
          sink.durable(cue)
        },
        draft: (draft) => {
          this.#learnTrack(draft.track)
          sink.draft(draft)
        },
        programme: (programme) => this.#airings.programme(programme),
      },
    )
    for (const [track, language] of options.languages) this.#tracks.set(track, language)
    this.#announceRun()
  }

  push(group: CaptionGroup, reader: Pick<CaptionReader, 'services' | 'tellsServices'>): void {
    if (reader.tellsServices !== true) this.#learn(reader.services?.() ?? [])
    this.#lastFts = group.fts
    if (group.news !== undefined) this.#heed(group.news, group.fts)
    else {
      if (this.#options.bin) this.#collect(group)
      this.#text.push(group)
    }
    this.#airings.reach(group.fts)
  }

  /** It is not in the BIN, of which the same text is to be made again. */
  #heed({ guide, services }: StreamNews, atMs: number): void {
    if (services !== undefined) this.#learn(services)
    if (guide === undefined) return
    this.#airings.expectGuide(atMs)
    this.#guide.news(guide)
  }

  /** What a programme guide says. */
  announce(airing: GuideAiring): void {
    this.#airings.announce(airing)
    this.#airings.reach(this.#lastFts)
  }

  /** What the source says of itself, for people. */
  describe(about: string): void {
    if (about === this.#about) return
    this.#about = about
    this.#announced = ''
    this.#announceRun()
  }

  /** Damage that is found only when text is made; what the reader found is its own. */
  faults(): FaultCounts {
    return this.#text.faults()
  }

  /** What was on screen is a cue; the run is over. */
  end(reachedMs: number): void {
    this.#text.end(Math.max(this.#lastFts, reachedMs))
    this.#flushBin()
    this.#airings.end(Math.max(this.#lastFts, reachedMs))
    const { run } = this.#options
    this.#sink.durable({ type: 'end', run, at: this.#wall(Math.max(this.#lastFts, reachedMs)) })
  }

  /** The run is told again, with what was done to its times. */
  announceClock(clock: Omit<RunClock, 'at'>): void {
    this.#clock = { at: this.#wall(this.#lastFts), ...clock }
    this.#announced = ''
    this.#announceRun()
  }

  #wall(ms: number): string {
    const { anchorMs, wall } = this.#options
    return new Date(wall === undefined ? anchorMs + Math.round(ms) : wall(ms)).toISOString()
  }

  #learn(services: readonly CaptionService[]): void {
    let changed = false
    for (const { track, language } of services) {
      if (language === null || this.#options.languages.has(track)) continue
      this.#announcedLanguages.set(track, language)
      // A service of CEA-708 becomes a track when it says something of its own.
      const isWanted = this.#options.tracks?.includes(track) ?? !/^(?:T[1-4]|S\d+)$/.test(track)
      if (!isWanted && !this.#tracks.has(track)) continue
      if (this.#tracks.get(track) === language) continue
      this.#tracks.set(track, language)
      changed = true
    }
    if (changed) this.#announceRun()
  }

  #learnTrack(track: string): void {
    if (this.#tracks.has(track)) return
    this.#tracks.set(track, this.#announcedLanguages.get(track) ?? null)
    this.#announceRun()
  }

  #announceRun(): void {
    const tracks = [...this.#tracks].map(([track, language]) => ({ track, language }))
    const text = JSON.stringify(tracks)
    if (text === this.#announced) return
    this.#announced = text
    const { run, live, decoder, extractor = decoder } = this.#options
    const about = this.#about === '' ? '' : ` (${this.#about})`
    const source = `${this.#options.source}${about}`.slice(0, longestName)
    const startedAt = new Date(this.#options.anchorMs).toISOString()
    const clock = this.#clock === undefined ? {} : { clock: this.#clock }
    this.#sink.durable({
      ...{ type: 'run', run, startedAt, live, source, extractor, decoder, tracks },
      ...clock,
    })
  }

  #collect(group: CaptionGroup): void {
    const format = group.said?.format ?? 'rcwt'
    const isOther = format !== this.#binFormat || group.fts - this.#binFts >= binMs
    if (this.#bin.length > 0 && isOther) this.#flushBin()
    const bytes = group.said?.original ?? formatRcwtGroup(group)
    if (bytes.length === 0) return
    if (this.#bin.length === 0) this.#binFts = group.fts
    this.#binFormat = format
    this.#bin.push(bytes)
    this.#binSize += bytes.length
    if (this.#binSize >= binBytes) this.#flushBin()
  }

  #flushBin(): void {
    if (this.#bin.length === 0) return
    const event: Omit<BinEvent, 'seq'> = {
      type: 'bin',
      run: this.#options.run,
      format: this.#binFormat,
      fts: this.#binFts,
      at: this.#wall(this.#binFts),
      data: Buffer.concat(this.#bin).toString('base64'),
    }
    this.#bin = []
    this.#binSize = 0
    this.#sink.durable(event)
  }
}
