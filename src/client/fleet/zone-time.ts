const dayMs = 86_400_000

/** Clocks on the wall of a time zone (IANA name). */
export class ZoneTime {
  readonly #format: Intl.DateTimeFormat

  /** @throws RangeError when there is no such zone */
  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-GB', {
      ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
      ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
    })
  }

  /** What the clocks show at a moment, as that time of UTC. */
  wallAt(ms: number): number {
    const parts = new Map(this.#format.formatToParts(ms).map(({ type, value }) => [type, value]))
    const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type))
    const date = [part('year'), part('month') - 1, part('day')] as const
    return Date.UTC(...date, part('hour'), part('minute'), part('second'))
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
