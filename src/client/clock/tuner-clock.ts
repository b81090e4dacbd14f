/** A server's time, asked for and answered; the moments are of this process's own clock. */
export interface ClockSample {
  readonly askedMs: number
  readonly answeredMs: number
  readonly serverMs: number
}

export interface ClockSources {
  /** Milliseconds since 1970, as this machine believes; may be set at any moment. */
  readonly wall: () => number
  /** Milliseconds on a clock that nobody sets. */
  readonly steady: () => number
}

const ownSources: ClockSources = {
  wall: () => Date.now(),
  steady: () => performance.now(),
}

/**
 * Clocks that differ by less than this are right: a network that is slower one way than the other can look
 * like a second, and machines that ask a time server are closer together than that.
 */
export const rightWithinMs = 1000

/**
 * The server's time as far as it is known here. It runs on the steady clock, so that setting this machine's
 * clock moves nothing, and is corrected when the server's answers leave no doubt that it is wrong.
 */
export class TunerClock {
  readonly #sources: ClockSources
  readonly #baseMs: number
  #offsetMs: number
  #isConfirmed = false
  /** Called when the time was corrected, with how far. */
  onCorrected: (byMs: number) => void = () => undefined

  /** `knownOffsetMs`: how far the server was ahead of this machine when it was last asked; null = never. */
  constructor(knownOffsetMs: number | null, sources: ClockSources = ownSources) {
    this.#sources = sources
    this.#baseMs = sources.wall() - sources.steady()
    this.#offsetMs = knownOffsetMs ?? 0
  }

  now(): number {
    return this.#baseMs + this.#offsetMs + this.#sources.steady()
  }

  /** A server has answered. */
  get isConfirmed(): boolean {
    return this.#isConfirmed
  }

  /** How far the server is ahead of this machine's clock as it was at the start; 0 when that is right. */
  get offsetMs(): number {
    return this.#offsetMs
  }

  /** How far the server is ahead of what this machine's clock says now: what the next start begins with. */
  get machineOffsetMs(): number {
    const offset = Math.round(this.now() - this.#sources.wall())
    return Math.abs(offset) < rightWithinMs ? 0 : offset
  }

  sample({ askedMs, answeredMs, serverMs }: ClockSample): void {
    const doubtMs = (answeredMs - askedMs) / 2
    const measuredMs = serverMs - (this.#baseMs + (askedMs + answeredMs) / 2)
    this.#isConfirmed = true
    // The answer may be as old as the question: what that could explain is no error.
    if (Math.abs(measuredMs - this.#offsetMs) <= Math.max(rightWithinMs, 2 * doubtMs)) return
    const offsetMs = Math.abs(measuredMs) < rightWithinMs ? 0 : Math.round(measuredMs)
    const byMs = offsetMs - this.#offsetMs
    this.#offsetMs = offsetMs
    this.onCorrected(byMs)
  }
}
