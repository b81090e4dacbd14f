import type { CaptionGroup, StreamNews } from '../caption-group.ts'
import { countFault } from '../faults.ts'
import type { Stamps } from './pictures.ts'

const ticksPerMs = 90
const wrap = 2 ** 33
/** Where CCExtractor takes the clock for another one: a step back of a second, or ahead of five. */
const stepBackTicks = 1000 * ticksPerMs
const stepAheadTicks = 5000 * ticksPerMs
/** A step ahead of up to this, after packets were lost, is the same clock after an outage: that time has passed. */
const longestOutageTicks = 3600 * 1000 * ticksPerMs
/** Streams without DTS may hold pictures back by this many. */
const maxHeld = 16
const defaultFrameMs = 33
const noBlocks = new Uint8Array(0)

interface Picture {
  readonly pts: number
  triplets: Uint8Array | null
}

/**
 * Puts pictures, which come in decoding order, into presentation order and on the run's clock: milliseconds
 * since the first picture shown. A picture goes out when the decoding time has passed its presentation time, as
 * then nothing earlier can come.
 */
export class Presentation {
  readonly #faults: Record<string, number>
  #groups: CaptionGroup[] = []
  /** In presentation order. */
  #held: Picture[] = []
  #current: Picture | null = null
  /** How many pictures are held beyond what DTS asks; grows when one comes late. */
  #extra = 0
  #lastRaw: number | null = null
  #lastPts = 0
  #lastDts: number | null = null
  #newestPts = 0
  #releasedPts: number | null = null
  #base: number | null = null
  #offsetMs = 0
  #lastMs: number | null = null
  #frameMs = defaultFrameMs
  /** Packets were lost since the last time stamp. */
  #wasLost = false
  #hasGroups = false

  constructor(faults: Record<string, number>) {
    this.#faults = faults
  }

  /** A picture has gone out. */
  get hasReleased(): boolean {
    return this.#lastMs !== null
  }

  /** Captions have gone out. */
  get hasGroups(): boolean {
    return this.#hasGroups
  }

  /** The end of the last picture that went out. */
  get reachedMs(): number {
    return this.#lastMs === null ? 0 : this.#lastMs + this.#frameMs
  }

  /** Where a time stamp near the last picture’s lies on the run’s clock; null before the first picture. */
  timeOf(raw: number): number | null {
    if (this.#base === null) return null
    return Math.floor((this.#unwrap(raw) - this.#base) / ticksPerMs) + this.#offsetMs
  }

  /** At the time that the stream has come to. */
  tell(news: StreamNews): void {
    this.#groups.push({ fts: this.#lastMs ?? 0, triplets: noBlocks, news })
  }

  begin(stamps: Stamps | null, laterBy: number): void {
    if (stamps === null) {
      this.#current = this.#lastRaw === null ? null : this.#hold(this.#lastPts + laterBy)
      return
    }
    const pts = this.#unwrap(stamps.pts)
    const dts = pts - difference(stamps.pts, stamps.dts)
    if (this.#lastRaw === null) this.#newestPts = pts
    else if (this.#isOtherClock(pts, stamps.dts === stamps.pts ? null : dts)) this.#step(pts)
    this.#wasLost = false
    this.#lastRaw = stamps.pts
    this.#lastPts = pts
    if (stamps.dts !== stamps.pts) this.#lastDts = dts
    if (pts > this.#newestPts) this.#newestPts = pts
    this.#release(dts)
    this.#current = this.#hold(pts)
  }

  blocks(triplets: Uint8Array): void {
    const picture = this.#current
    if (picture === null) countFault(this.#faults, 'ts-captions-without-time')
    else picture.triplets = joined(picture.triplets, triplets)
  }

  /** Packets are missing before what comes next. */
  lost(): void {
    this.#wasLost = true
  }

  /** Everything held goes out: the stream ended or became another. */
  flush(): void {
    for (const picture of this.#held) this.#emit(picture)
    this.#held = []
    this.#current = null
  }

  /** The next picture is of another stream; time goes on. */
  restart(): void {
    this.flush()
    this.#lastRaw = null
    this.#lastDts = null
    this.#releasedPts = null
    this.#base = null
  }

  take(): CaptionGroup[] {
    const groups = this.#groups
    this.#groups = []
    return groups
  }

  #unwrap(raw: number): number {
    return this.#lastRaw === null ? raw : this.#lastPts + difference(raw, this.#lastRaw)
  }

  #isOtherClock(pts: number, dts: number | null): boolean {
    const step = pts - this.#newestPts
    if (step >= stepAheadTicks || step <= -stepBackTicks) return true
    return dts !== null && this.#lastDts !== null && dts < this.#lastDts
  }

  /** Time goes on from the last picture, save after an outage, whose length the clock tells. */
  #step(pts: number): void {
    const ahead = pts - this.#newestPts
    const isOutage = this.#wasLost && ahead >= stepAheadTicks && ahead <= longestOutageTicks
    countFault(this.#faults, isOutage ? 'ts-outage' : 'ts-clock-jump')
    this.flush()
    if (!isOutage) this.#base = null
    this.#lastDts = null
    this.#releasedPts = null
    this.#newestPts = pts
  }

  #hold(pts: number): Picture {
    if (this.#releasedPts !== null && pts < this.#releasedPts) {
      countFault(this.#faults, 'ts-late-picture')
      this.#extra = Math.min(maxHeld, this.#extra + 1)
    }
    let at = this.#held.length
    while (at > 0 && (this.#held[at - 1]?.pts ?? 0) > pts) at--
    const before = this.#held[at - 1]
    if (before?.pts === pts) return before
    const picture = { pts, triplets: null }
    this.#held.splice(at, 0, picture)
    return picture
  }

  #release(dts: number): void {
    let count = 0
    while (this.#held.length - count > this.#extra && (this.#held[count]?.pts ?? Infinity) <= dts) {
      count++
    }
    for (const picture of this.#held.splice(0, count)) this.#emit(picture)
  }

  #emit(picture: Picture): void {
    if (this.#base === null) {
      this.#base = picture.pts
      this.#offsetMs = this.#lastMs === null ? 0 : this.#lastMs + this.#frameMs
    }
    const ms = Math.max(0, Math.floor((picture.pts - this.#base) / ticksPerMs)) + this.#offsetMs
    if (this.#releasedPts !== null && picture.pts > this.#releasedPts) {
      const frame = (picture.pts - this.#releasedPts) / ticksPerMs
      if (frame >= 10 && frame <= 100) this.#frameMs = Math.round(frame)
    }
    this.#releasedPts = Math.max(this.#releasedPts ?? picture.pts, picture.pts)
    this.#lastMs = Math.max(this.#lastMs ?? ms, ms)
    const { triplets } = picture
    if (triplets === null || triplets.length === 0) return
    this.#hasGroups = true
    this.#groups.push({ fts: ms, triplets })
  }
}

/** a − b on a clock of 33 bits, the short way round. */
function difference(a: number, b: number): number {
  const half = wrap / 2
  return ((((a - b + half) % wrap) + wrap) % wrap) - half
}

function joined(first: Uint8Array | null, second: Uint8Array): Uint8Array {
  if (first === null) return second
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}
