import type { CaptionEvent } from '../caption-event.ts'
import type { CaptionGroup, CaptionReader, CaptionService, FaultCounts } from '../caption-group.ts'
import { countFault } from '../faults.ts'
import { parseLine, type TranscriptRow, type TranscriptXds } from './parse-line.ts'
import { RawLines, type RawLine } from './raw-lines.ts'
import { SaidProgramme } from './said-programme.ts'
import { SaidTrack } from './said-track.ts'
import { TranscriptClock } from './transcript-clock.ts'

export interface TranscriptReaderOptions {
  /** Track of lines that name none, where it is known what was extracted: TT888, DVB-eng. */
  readonly track?: string | null | undefined
  /** BCP 47, of that track. */
  readonly language?: string | null | undefined
}

/** Bytes without a caption that are kept together. */
const mostIdleBytes = 8 * 1024
/** Tracks that one programme has; more are rubbish that looks like lines. */
const mostTracks = 64
/** Lines that are none, before the first that is one. */
const manyBadLines = 20

interface PendingRows {
  readonly first: TranscriptRow
  readonly rows: string[]
}

/**
 * Transcripts ("ttxt") of CCExtractor, old and new, and of whatever writes like it. Rows of one caption are one cue;
 * the bytes of the lines go with it as its original. A caption is complete with the next line that is not its own, or
 * when nothing came for a while.
 */
export class TranscriptReader implements CaptionReader {
  readonly #track: string | null
  readonly #faults: Record<string, number> = {}
  readonly #lines = new RawLines(this.#faults)
  readonly #clock = new TranscriptClock(this.#faults)
  readonly #tracks = new Map<string, SaidTrack>()
  readonly #languages = new Map<string, string>()
  readonly #programme = new SaidProgramme()
  #isTranscript = false
  #original: Uint8Array[] = []
  #size = 0
  #events: CaptionEvent[] = []
  #pending: PendingRows | undefined
  /** Whether a line without a time may go on with the one before. */
  #follows: 'row' | 'xds' | null = null

  constructor(options: TranscriptReaderOptions = {}) {
    this.#track = options.track ?? null
    const { language } = options
    if (this.#track !== null && language) this.#languages.set(this.#track, language)
  }

  push(chunk: Uint8Array): CaptionGroup[] {
    return this.#lines.push(chunk).flatMap((line) => this.#read(line))
  }

  /** Nothing more came of what may have gone on. */
  pause(): CaptionGroup[] {
    return this.#pending === undefined ? [] : this.#complete()
  }

  /** What follows is another run of the extractor. */
  restart(): CaptionGroup[] {
    const groups = [...this.#lines.end().flatMap((line) => this.#read(line)), ...this.pause()]
    this.#clock.restart()
    return groups
  }

  end(): CaptionGroup[] {
    const groups = this.#lines.end().flatMap((line) => this.#read(line))
    this.#show()
    for (const track of this.#tracks.values()) track.end(this.#clock.reachedMs)
    if (this.#size > 0 || this.#events.length > 0) groups.push(this.#take())
    return groups
  }

  faults(): FaultCounts {
    return this.#faults
  }

  /** What looks like no transcript at all is said to be none. */
  trouble(): string | null {
    const bad = this.#faults['ttxt-bad-line'] ?? 0
    if (this.#isTranscript || bad < manyBadLines) return null
    return 'what comes are no lines of a transcript; expected start|end|mode|text, as ccextractor --out=ttxt writes them'
  }

  reachedMs(): number {
    return this.#clock.reachedMs
  }

  services(): readonly CaptionService[] {
    return [...this.#languages].map(([track, language]) => ({ track, language }))
  }

  #read(line: RawLine): CaptionGroup[] {
    const parsed = parseLine(line.text.trimStart())
    const groups: CaptionGroup[] = []
    this.#isTranscript ||= parsed !== undefined
    if (parsed !== undefined && !this.#belongs(parsed)) groups.push(...this.pause())
    this.#original.push(line.original)
    this.#size += line.original.length
    if (parsed === undefined) this.#goOn(line)
    else if (parsed.kind === 'row') this.#row(parsed)
    else this.#xds(parsed)
    if (this.#pending === undefined && (this.#events.length > 0 || this.#size > mostIdleBytes))
      groups.push(this.#take())
    return groups
  }

  #belongs(parsed: TranscriptRow | TranscriptXds): boolean {
    const first = this.#pending?.first
    if (first === undefined || parsed.kind !== 'row') return false
    const { track, mode, start, end } = parsed
    return (
      this.#trackOf(parsed) === this.#trackOf(first) &&
      track === first.track &&
      mode === first.mode &&
      start.ms === first.start.ms &&
      end.ms === first.end.ms
    )
  }

  /** A line without a time: a further row of CEA-708, the rest of a wrapped XDS line, or of a line with a NUL in it. */
  #goOn({ text, after }: RawLine): void {
    if (text.trim() === '') return
    const rows = this.#pending?.rows
    if (this.#follows === 'row' && rows !== undefined) {
      if (after === 'nul') rows.push(`${rows.pop() ?? ''}${text}`)
      else if (rows.length < 15) rows.push(text)
    } else if (this.#follows !== 'xds') countFault(this.#faults, 'ttxt-bad-line')
  }

  #row(row: TranscriptRow): void {
    this.#follows = 'row'
    if (this.#pending === undefined) this.#pending = { first: row, rows: [row.text] }
    else this.#pending.rows.push(row.text)
  }

  #xds({ text, xdsClass, start, end }: TranscriptXds): void {
    this.#follows = 'xds'
    const { startMs } = this.#clock.place(start, end)
    const programme = this.#programme.line(text, xdsClass, startMs)
    if (programme !== null) this.#events.push(programme)
  }

  #complete(): CaptionGroup[] {
    this.#show()
    return [this.#take()]
  }

  #show(): void {
    const pending = this.#pending
    this.#pending = undefined
    this.#follows = null
    if (pending === undefined) return
    const { first, rows } = pending
    const name = this.#trackOf(first)
    let track = this.#tracks.get(name)
    if (track === undefined) {
      if (this.#tracks.size >= mostTracks) {
        countFault(this.#faults, 'ttxt-too-many-tracks')
        return
      }
      track = new SaidTrack(name, { push: (event) => void this.#events.push(event) })
      this.#tracks.set(name, track)
      if (first.language !== null) this.#languages.set(name, first.language)
    }
    track.show({ mode: first.mode, rows, ...this.#clock.place(first.start, first.end) })
  }

  #trackOf({ track }: TranscriptRow): string {
    const isNamed = track !== 'CC1' && !/^(?:TT|DVB|ISDB|BURN)$/.test(track)
    return this.#track === null || isNamed ? track : this.#track
  }

  #take(): CaptionGroup {
    const original = new Uint8Array(this.#size)
    let at = 0
    for (const part of this.#original) {
      original.set(part, at)
      at += part.length
    }
    const events = this.#events
    this.#original = []
    this.#size = 0
    this.#events = []
    const said = { format: 'ttxt', original, events } as const
    return { fts: this.#clock.reachedMs, triplets: new Uint8Array(0), said }
  }
}

/** Wall clock of a transcript’s first line, milliseconds since 1970, where it has one. */
export function transcriptStart(head: Uint8Array): number | null {
  for (const { text } of new RawLines({}).push(head)) {
    const line = parseLine(text.trimStart())
    if (line !== undefined) return line.start.isAbsolute ? line.start.ms : null
  }
  return null
}

/** Whether something begins like a transcript. */
export function isTranscript(head: Uint8Array): boolean {
  const lines = new RawLines({})
  const [first] = [...lines.push(head), ...lines.end()].filter(({ text }) => text.trim() !== '')
  return first !== undefined && parseLine(first.text.trimStart()) !== undefined
}
