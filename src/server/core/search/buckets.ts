import type { Interval } from '../../../protocol/search.ts'
import { ZoneClock } from '../zone-clock.ts'

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
  const edges = [startOf(clock, interval, fromMs)]
  for (let at = edges[0] ?? fromMs; at < toMs;) {
    at = nextStart(clock, interval, at)
    edges.push(at)
  }
  return edges
}

function startOf(clock: ZoneClock, interval: Interval, ms: number): number {
  const wall = clock.wall(ms)
  const offset = wall.getTime() - ms
  if (interval === 'hour') wall.setUTCMinutes(0, 0, 0)
  else wall.setUTCHours(0, 0, 0, 0)
  if (interval === 'month') wall.setUTCDate(1)
  return interval === 'hour' ? wall.getTime() - offset : clock.utc(wall.getTime())
}

function nextStart(clock: ZoneClock, interval: Interval, ms: number): number {
  // Hours go on evenly, whatever clocks are set to.
  if (interval === 'hour') return ms + hourMs
  const wall = clock.wall(ms)
  if (interval === 'day') wall.setUTCDate(wall.getUTCDate() + 1)
  else wall.setUTCMonth(wall.getUTCMonth() + 1, 1)
  return clock.utc(wall.getTime())
}
