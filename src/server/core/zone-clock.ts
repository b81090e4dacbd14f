/** Wall clocks of a zone: what they show at a moment, and when they show it. */
export class ZoneClock {
  readonly #format: Intl.DateTimeFormat

  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-GB', {
      ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
      ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
    })
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
    const parts = new Map(this.#format.formatToParts(ms).map(({ type, value }) => [type, value]))
    const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type))
    const wall = Date.UTC(
      ...([part('year'), part('month') - 1, part('day'), part('hour'), part('minute')] as const),
      part('second'),
    )
    return wall - Math.floor(ms / 1000) * 1000
  }
}
