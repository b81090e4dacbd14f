import type { Interval } from '../../protocol/search.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** More than a chart can show, and than an answer should hold. */
export const maxBuckets = 4000

/** The interval that gives a chart some dozens of bars. */
export function chooseInterval(fromMs: number, toMs: number): Interval {
  const days = (toMs - fromMs) / dayMs
  return days <= 4 ? 'hour' : days <= 200 ? 'day' : 'month'
}

/**
 * Starts of the hours, days or months of a time zone that touch [from, to), and the end of the last.
 * Days are as long as the zone makes them. Empty when there would be too many.
 */
export function bucketEdges(
  interval: Interval,
  fromMs: number,
  toMs: number,
  timeZone: string,
): number[] {
  const span = interval === 'hour' ? hourMs : interval === 'day' ? dayMs : 28 * dayMs
  if ((toMs - fromMs) / span > maxBuckets) return []
  const clock = new ZoneClock(timeZone)
  const edges = [clock.startOf(interval, fromMs)]
  for (let at = edges[0] ?? fromMs; at < toMs;) {
    at = clock.nextStart(interval, at)
    edges.push(at)
  }
  return edges
}

/** Wall clocks of a zone: what its hours, days and months are in UTC. */
class ZoneClock {
  readonly #format: Intl.DateTimeFormat

  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-GB', {
      ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
      ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
    })
  }

  startOf(interval: Interval, ms: number): number {
    const offset = this.#offset(ms)
    const wall = new Date(ms + offset)
    if (interval === 'hour') wall.setUTCMinutes(0, 0, 0)
    else wall.setUTCHours(0, 0, 0, 0)
    if (interval === 'month') wall.setUTCDate(1)
    return interval === 'hour' ? wall.getTime() - offset : this.#utc(wall.getTime())
  }

  nextStart(interval: Interval, ms: number): number {
    // Hours go on evenly, whatever clocks are set to.
    if (interval === 'hour') return ms + hourMs
    const wall = new Date(ms + this.#offset(ms))
    if (interval === 'day') wall.setUTCDate(wall.getUTCDate() + 1)
    else wall.setUTCMonth(wall.getUTCMonth() + 1, 1)
    return this.#utc(wall.getTime())
  }

  /** UTC of a wall clock's time; where clocks are set forward over it, the moment after. */
  #utc(wallMs: number): number {
    const guess = wallMs - this.#offset(wallMs)
    return wallMs - this.#offset(guess)
  }

  #offset(ms: number): number {
    const parts = new Map(this.#format.formatToParts(ms).map(({ type, value }) => [type, value]))
    const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type))
    const wall = Date.UTC(
      ...([part('year'), part('month') - 1, part('day'), part('hour'), part('minute')] as const),
      part('second'),
    )
    return wall - Math.floor(ms / 1000) * 1000
  }
}
