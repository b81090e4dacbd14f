/** A letter is on screen this much after it came, at the earliest possible. */
const shortestTickMs = 50
/** The tick of a crowd; it grows with the crowd's logarithm: fewer, fuller writes where they are many. */
const crowdTickMs = 100
const viewersAtShortest = 50
const viewersAtCrowd = 1500
/** Slower than this reads as stutter; only a server that is busy with its viewers gets here. */
const longestTickMs = 105
/** Above this share of the time spent on viewers the tick grows; below half of it, it shrinks again. */
const busyShare = 0.8
const lookEveryMs = 500

/** How often viewers are written to: the same for all, so that those who are spread over the tick stay so. */
export class LivePace {
  readonly #viewers: () => number
  #stretch = 1
  #busyMs = 0
  #lookedAtMs = 0

  constructor(viewers: () => number) {
    this.#viewers = viewers
  }

  get tickMs(): number {
    const crowd =
      Math.log(Math.max(1, this.#viewers() / viewersAtShortest)) /
      Math.log(viewersAtCrowd / viewersAtShortest)
    const base = shortestTickMs + (crowdTickMs - shortestTickMs) * Math.min(1, crowd)
    return Math.min(longestTickMs, base * this.#stretch)
  }

  /** Viewers were written to for that long. */
  note(tookMs: number, nowMs: number): void {
    this.#busyMs += tookMs
    const passedMs = nowMs - this.#lookedAtMs
    if (passedMs < lookEveryMs) return
    const share = this.#busyMs / passedMs
    if (share > busyShare) this.#stretch = Math.min(this.#stretch * 1.1, 3)
    else if (share < busyShare / 2) this.#stretch = Math.max(1, this.#stretch / 1.1)
    this.#busyMs = 0
    this.#lookedAtMs = nowMs
  }

  /**
   * Milliseconds until the moment of the tick that is `phase` (0 … 1) of it: whatever was late does not move the ones
   * after it, so that two never come to be written to at once.
   */
  waitMs(phase: number, nowMs: number): number {
    const tick = this.tickMs
    const wait = (Math.floor(nowMs / tick - phase) + 1 + phase) * tick - nowMs
    return wait < tick * soonest ? wait + tick : wait
  }
}

/** The share of a tick that must lie between two, also when the first was late or the tick has changed. */
const soonest = 0.3
