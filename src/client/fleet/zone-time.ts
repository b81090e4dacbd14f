import { WallClock } from '../../protocol/time/wall-clock.ts'

const dayMs = 86_400_000

/** Clocks on the wall of a time zone (IANA name). */
export class ZoneTime {
  readonly #clock: WallClock

  /** @throws RangeError when there is no such zone */
  constructor(timeZone: string) {
    this.#clock = new WallClock(timeZone)
  }

  /** What the clocks show at a moment, as that time of UTC. */
  wallAt(ms: number): number {
    return this.#clock.at(ms)
  }

  /**
   * The first moment at which the clocks show `wallMs` or later: where they are set back, the first of two; where they
   * are set forward over it, when they are.
   */
  momentOf(wallMs: number): number {
    const offsets = [wallMs - dayMs, wallMs + dayMs].map((ms) => this.wallAt(ms) - ms)
    const moments = offsets.map((offset) => wallMs - offset)
    const right = moments.filter((ms) => this.wallAt(ms) === wallMs)
    if (right.length > 0) return Math.min(...right)
    // Between the two, the clocks jump over it.
    let [before, after] = [Math.min(...moments), Math.max(...moments)]
    while (after - before > 1000) {
      const middle = Math.floor((before + after) / 2000) * 1000
      if (this.wallAt(middle) < wallMs) before = middle
      else after = middle
    }
    return after
  }
}
