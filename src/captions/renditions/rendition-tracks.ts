import { joinBytes } from '../join-bytes.ts'
import type { CaptionEvent } from '../caption-event.ts'
import type { CaptionGroup, CaptionService, FaultCounts } from '../caption-group.ts'
import { CueTrack } from '../cues/cue-track.ts'
import { countFault } from '../faults.ts'
import { RenditionClock } from './rendition-clock.ts'
import { parseWebvttSegment, type SegmentCue } from './webvtt-segment.ts'

/** One segment of captions that come beside the video, as it was fetched. */
export interface RenditionSegment {
  /** VTT-en */
  readonly track: string
  /** BCP 47 */
  readonly language: string | null
  readonly bytes: Uint8Array
  /** Its clock has nothing to do with that of the segment before. */
  readonly isDiscontinuity: boolean
  /** Whether there is a video whose clock it shares. */
  readonly hasVideo: boolean
}

/** Where a time stamp lies on the run's clock, by the video; null while nothing of that has come. */
export type VideoTime = (pts: number) => number | null

interface Cue {
  readonly text: string
  /** Where it lies on the stream’s clock: the same wherever it is repeated. */
  readonly startPts: number
  readonly startMs: number
  endMs: number
}

/** A cue that goes on in the next segment begins there where it ended. */
const touchingMs = 100
/** Cues that were told and may be repeated: as many as are on screen over a segment's edge. */
const mostRemembered = 50
const longestText = 2000
/** Segments that came before any video: that is about to come, or never will. */
const mostWaiting = 20

/** The captions of an HLS stream that come as WebVTT renditions: a cue that is in several segments is one. */
export class RenditionTracks {
  readonly #faults: Record<string, number> = {}
  readonly #clock = new RenditionClock()
  readonly #tracks = new Map<string, RenditionTrack>()
  readonly #languages = new Map<string, string>()
  #waiting: RenditionSegment[] = []
  #original: Uint8Array[] = []

  get reachedMs(): number {
    return this.#clock.reachedMs
  }

  faults(): FaultCounts {
    return this.#faults
  }

  services(): readonly CaptionService[] {
    return [...this.#languages].map(([track, language]) => ({ track, language }))
  }

  take(segment: RenditionSegment, video: VideoTime): CaptionGroup[] {
    this.#waiting.push(segment)
    const mayPlace = !segment.hasVideo || video(0) !== null || this.#waiting.length > mostWaiting
    if (!mayPlace) return []
    return this.#waiting.splice(0).flatMap((one) => this.#one(one, video))
  }

  /** What is on screen ends there. */
  end(atMs: number): CaptionGroup[] {
    const events: CaptionEvent[] = []
    for (const track of this.#tracks.values()) track.end(atMs, events)
    if (events.length === 0) return []
    const said = { format: 'vtt', original: new Uint8Array(0), events } as const
    return [{ fts: Math.max(atMs, this.#clock.reachedMs), triplets: new Uint8Array(0), said }]
  }

  #one(segment: RenditionSegment, video: VideoTime): CaptionGroup[] {
    const { track: name, language, bytes, isDiscontinuity, hasVideo } = segment
    const parsed = parseWebvttSegment(bytes)
    if (parsed === null) countFault(this.#faults, 'vtt-no-webvtt')
    for (const [kind, count] of Object.entries(parsed?.faults ?? {}))
      countFault(this.#faults, `vtt-${kind}`, count)
    if (language !== null) this.#languages.set(name, language)
    let track = this.#tracks.get(name)
    if (track === undefined) {
      track = new RenditionTrack(name)
      this.#tracks.set(name, track)
    }
    if (isDiscontinuity && !hasVideo) this.#clock.restart()
    const place = (pts: number): number => this.#clock.place(pts, hasVideo ? video(pts) : null)
    const events: CaptionEvent[] = []
    track.segment(parsed?.cues ?? [], place, events)
    this.#original.push(bytes)
    // Nothing has said what time it is.
    if (!this.#clock.hasBegun && !hasVideo && this.#original.length < mostWaiting) return []
    const said = { format: 'vtt', original: joinBytes(this.#original.splice(0)), events } as const
    return [{ fts: this.#clock.reachedMs, triplets: new Uint8Array(0), said }]
  }
}

class RenditionTrack {
  readonly #cues: CueTrack
  readonly #told: string[] = []
  #events: CaptionEvent[] = []
  #open: Cue | undefined
  #endMs = 0

  constructor(name: string) {
    this.#cues = new CueTrack(name, { push: (event) => void this.#events.push(event) })
  }

  segment(
    cues: readonly SegmentCue[],
    place: (pts: number) => number,
    events: CaptionEvent[],
  ): void {
    this.#events = events
    const placed = cues.map(({ startPts, endPts, text }) => {
      const startMs = place(startPts)
      const endMs = startMs + Math.round((endPts - startPts) / 90)
      return { text, startPts, startMs, endMs }
    })
    placed.sort((a, b) => a.startMs - b.startMs)
    let goesOn = false
    for (const cue of together(placed)) goesOn = this.#cue(cue) || goesOn
    // It is not in the segment after the one that it began in: it is over.
    if (!goesOn && cues.length === 0) this.#finish()
  }

  end(atMs: number, events: CaptionEvent[]): void {
    this.#events = events
    if (this.#open !== undefined)
      this.#open.endMs = Math.min(this.#open.endMs, Math.max(atMs, this.#open.startMs))
    this.#finish()
    this.#cues.end(atMs)
  }

  #cue(cue: Cue): boolean {
    const open = this.#open
    if (open?.text === cue.text && cue.startMs <= open.endMs + touchingMs) {
      open.endMs = Math.max(open.endMs, cue.endMs)
      return true
    }
    const key = `${cue.startPts} ${cue.text}`
    if (cue.text === '' || this.#told.includes(key)) return false
    this.#finish()
    const startMs = Math.max(cue.startMs, this.#endMs)
    const text = cue.text.slice(0, longestText).trim()
    this.#open = { ...cue, startMs, endMs: Math.max(startMs, cue.endMs) }
    this.#told.push(key)
    if (this.#told.length > mostRemembered) this.#told.shift()
    this.#cues.update(text, startMs, 'pop-on')
    return true
  }

  #finish(): void {
    const open = this.#open
    this.#open = undefined
    if (open === undefined) return
    this.#endMs = open.startMs
    this.#cues.finish(open.endMs)
  }
}

/** Cues of the same time are rows of one. */
function together(cues: readonly Cue[]): Cue[] {
  const all: Cue[] = []
  for (const cue of cues) {
    const last = all.at(-1)
    if (last?.startMs === cue.startMs && last.endMs === cue.endMs && last.text !== cue.text)
      all[all.length - 1] = { ...last, text: `${last.text}\n${cue.text}` }
    else all.push(cue)
  }
  return all
}
