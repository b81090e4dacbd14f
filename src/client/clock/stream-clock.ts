/** From `fts` on, the stream's time passes at `rate` from `wallMs`. */
interface Piece {
  readonly fts: number
  readonly wallMs: number
  readonly rate: number
}

/** How far arrivals lay from the stream's clock within one span of time. */
interface Bucket {
  readonly beganMs: number
  lowestMs: number
  highestMs: number
}

/** What was done to the stream's clock so far, in milliseconds. */
export interface ClockCorrections {
  /** Gradually, for a clock that runs fast or slow. */
  readonly driftMs: number
  /** At once, for one that stood still or was another. */
  readonly stepMs: number
  readonly steps: number
}

const bucketMs = 10_000
/** Arrivals of a minute tell where the clock is: what is sent in pieces of ten seconds has six that are on time. */
const windowBuckets = 6
/** Nobody sees a caption stand 1 % longer; ten times what the worst encoders are off. */
const mostSlew = 0.01
/** What is wrong is put right within about this time. */
const settleMs = 60_000
const negligibleMs = 20
/** More than this is no drift. */
const stepFromMs = 2000
/** Further ahead of its arrival than any buffer is, a stream is a recording: how fast it comes says nothing. */
const recordingAheadMs = 30_000
/** How much of the stream one read may hold. */
const chunkMs = 1000
const keptPieces = 1000

/** Wall clock of FTS 0 of a stream of which the first that came reaches to `fts`. */
export function anchorOf(fts: number, nowMs: number): number {
  return Math.round(fts > recordingAheadMs ? nowMs : nowMs - fts)
}

/**
 * Times of a live input: what its own clock says, held to the time of arrival. Delays only make arrivals later,
 * so the earliest of the last minute show where the clock is. It is corrected by at most 1 %, so that times of a
 * track go forward and what was told stays; where the stream was interrupted, by the time that passed.
 */
export class StreamClock {
  #pieces: Piece[]
  #buckets: Bucket[] = []
  /** The greatest delay that has not been made up for. */
  #latestMs = -Infinity
  #lastFts: number | undefined
  #originFts = 0
  #originMs = 0
  #isRecording = false
  #driftMs = 0
  #stepMs = 0
  #steps = 0

  /** `anchorMs`: wall clock of FTS 0. */
  constructor(anchorMs: number) {
    this.#pieces = [{ fts: 0, wallMs: anchorMs, rate: 1 }]
  }

  get corrections(): ClockCorrections {
    return { driftMs: Math.round(this.#driftMs), stepMs: this.#stepMs, steps: this.#steps }
  }

  /** Milliseconds since 1970. What was answered for a time is answered again, whatever is corrected since. */
  wall(fts: number): number {
    let at = this.#pieces.length - 1
    while (at > 0 && (this.#pieces[at]?.fts ?? 0) > fts) at--
    const piece = this.#pieces[at]
    if (piece === undefined) return Math.round(fts)
    const rate = fts < piece.fts ? 1 : piece.rate
    const wallMs = piece.wallMs + (fts - piece.fts) * rate
    return Math.round(Math.min(wallMs, this.#pieces[at + 1]?.wallMs ?? Infinity))
  }

  /**
   * The stream has come to `fts` at `nowMs`; to be told before anything of it is used. `isBroken`: its clock became
   * another one since the last call, and goes on as if no time had passed, or as far as that one says.
   */
  arrive(fts: number, nowMs: number, isBroken: boolean): void {
    const lastFts = this.#lastFts
    this.#lastFts = Math.max(lastFts ?? fts, fts)
    if (lastFts === undefined) this.#restart(fts, nowMs)
    else if (!this.#isRecording) {
      const isStepped = isBroken && this.#bridge(lastFts, fts, nowMs)
      if (!isStepped) this.#driftMs += Math.max(0, fts - lastFts) * (this.#newest.rate - 1)
      const aheadMs = fts - this.#originFts - (nowMs - this.#originMs)
      if (aheadMs > recordingAheadMs) this.#takeForRecording(fts)
      else this.#observe(fts, nowMs)
    }
  }

  /** The clock that arrivals are told by was corrected. */
  shift(byMs: number): void {
    this.#latestMs += byMs
    this.#originMs += byMs
    for (const bucket of this.#buckets) {
      bucket.lowestMs += byMs
      bucket.highestMs += byMs
    }
    this.#buckets = this.#buckets.map((bucket) => ({ ...bucket, beganMs: bucket.beganMs + byMs }))
    // Ahead can be stepped at once; back it takes its time, as captions cannot be taken back.
    if (byMs < stepFromMs || this.#lastFts === undefined || this.#isRecording) return
    this.#step(this.#lastFts + 1, this.wall(this.#lastFts) + 1 + byMs)
  }

  get #newest(): Piece {
    return this.#pieces.at(-1) ?? { fts: 0, wallMs: 0, rate: 1 }
  }

  #restart(fts: number, nowMs: number): void {
    this.#originFts = fts
    this.#originMs = nowMs
    const offsetMs = nowMs - fts
    this.#latestMs = offsetMs
    this.#buckets = [{ beganMs: nowMs, lowestMs: offsetMs, highestMs: offsetMs }]
  }

  /** What is later, or earlier, than usual at the first of a new clock is what that one does not know of. */
  #bridge(lastFts: number, fts: number, nowMs: number): boolean {
    const lowestMs = lowestOf(this.#buckets)
    const highestMs = Math.max(...this.#buckets.map((bucket) => bucket.highestMs))
    const lateMs = nowMs - fts - lowestMs
    // What comes in bursts has pauses that mean nothing.
    const usualMs = Math.max(0, highestMs - lowestMs)
    if (lateMs >= -stepFromMs && lateMs <= usualMs + stepFromMs) return false
    const from = Math.max(lastFts + 1, fts - chunkMs)
    const wallMs = this.wall(fts) + lateMs - (fts - from)
    this.#step(from, Math.max(this.wall(lastFts), wallMs))
    this.#restart(fts, nowMs)
    return true
  }

  #observe(fts: number, nowMs: number): void {
    const offsetMs = nowMs - fts
    let bucket = this.#buckets.at(-1)
    if (bucket === undefined || nowMs - bucket.beganMs >= bucketMs) {
      this.#correct(fts)
      bucket = { beganMs: nowMs, lowestMs: offsetMs, highestMs: -Infinity }
      this.#buckets.push(bucket)
      if (this.#buckets.length > windowBuckets) this.#buckets.shift()
    }
    bucket.lowestMs = Math.min(bucket.lowestMs, offsetMs)
    this.#latestMs = Math.max(this.#latestMs, offsetMs)
    // A delay is usual when it is made up for; until then it may be an interruption.
    const lowestMs = lowestOf(this.#buckets)
    if (offsetMs - lowestMs > (this.#latestMs - lowestMs) / 2) return
    bucket.highestMs = Math.max(bucket.highestMs, this.#latestMs)
    this.#latestMs = offsetMs
  }

  #correct(fts: number): void {
    const isWhole = this.#buckets.length >= windowBuckets
    const targetMs = lowestOf(this.#buckets)
    const wallMs = this.wall(fts)
    const errorMs = targetMs - (wallMs - fts)
    if (isWhole && errorMs > stepFromMs) {
      // The older half may have seen only the beginning of it.
      this.#step(fts, lowestOf(this.#buckets.slice(windowBuckets / 2)) + fts)
      this.#buckets = []
      this.#latestMs = -Infinity
      return
    }
    // Late arrivals may be a delay until a whole window has none that is on time; early ones are no delay.
    const isKnown = errorMs < 0 || isWhole
    const isWrong = isKnown && Math.abs(errorMs) > negligibleMs
    const slew = isWrong ? Math.max(-mostSlew, Math.min(mostSlew, errorMs / settleMs)) : 0
    this.#turn({ fts, wallMs, rate: 1 + slew })
  }

  #step(fts: number, wallMs: number): void {
    this.#stepMs += Math.round(wallMs - this.wall(fts))
    this.#steps++
    this.#turn({ fts, wallMs, rate: 1 })
  }

  #takeForRecording(fts: number): void {
    this.#isRecording = true
    this.#turn({ fts, wallMs: this.wall(fts), rate: 1 })
  }

  #turn(piece: Piece): void {
    if (piece.rate === this.#newest.rate && this.wall(piece.fts) === piece.wallMs) return
    this.#pieces.push(piece)
    if (this.#pieces.length > keptPieces) this.#pieces.shift()
  }
}

function lowestOf(buckets: readonly Bucket[]): number {
  return Math.min(...buckets.map(({ lowestMs }) => lowestMs))
}
