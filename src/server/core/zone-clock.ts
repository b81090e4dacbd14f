import { WallClock } from '../../protocol/time/wall-clock.ts'

/** Wall clocks of a zone: what they show at a moment, and when they show it. */
export class ZoneClock {
  readonly #clock: WallClock

  constructor(timeZone: string) {
    this.#clock = new WallClock(timeZone)
  }

  /** What the clocks show, as the same time of UTC. */
  wall(ms: number): Date {
    return new Date(ms + this.offset(ms))
  }

  /** UTC of a wall clock's time; where clocks are set forward over it, the moment after. */
  utc(wallMs: number): number {
    const guess = wallMs - this.offset(wallMs)
    return wallMs - this.offset(guess)
  }

  /** How far the clocks are ahead of UTC, ms. */
  offset(ms: number): number {
    return this.#clock.at(ms) - Math.floor(ms / 1000) * 1000
  }
}
