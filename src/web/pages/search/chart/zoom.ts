import type { SearchTimeline } from '../../../../protocol/search.ts'
import type { Times } from '../use-search-address.ts'

const hourMs = 3_600_000
/** Charts have steps of an hour or more; closer than two of them there is nothing to be seen. */
const leastMs = 2 * hourMs

type Shown = Pick<SearchTimeline, 'from' | 'to' | 'items'>

/** The time from one step to another, both included, as far as it is shown. */
export function timesOfSteps({ items }: Shown, a: number, b: number): Times | null {
  const first = items[Math.min(a, b)]
  const last = items[Math.max(a, b)]
  return first === undefined || last === undefined ? null : { from: first.start, to: last.end }
}

/** Half of the time that is shown, or twice of it, around a moment. */
export function zoomed(shown: Shown, factor: number, around: number | null): Times {
  const [from, to] = [Date.parse(shown.from), Date.parse(shown.to)]
  const span = Math.max(leastMs, (to - from) * factor)
  const item = around === null ? undefined : shown.items[around]
  const middle = item === undefined ? (from + to) / 2 : Date.parse(item.start)
  return times(middle - span / 2, middle + span / 2)
}

/** The same length of time, by half of it earlier or later. */
export function moved(shown: Shown, direction: -1 | 1): Times {
  const [from, to] = [Date.parse(shown.from), Date.parse(shown.to)]
  const by = (direction * (to - from)) / 2
  return times(from + by, to + by)
}

export function canZoomIn(shown: Shown): boolean {
  return Date.parse(shown.to) - Date.parse(shown.from) > leastMs
}

/** Nothing was said yet after now. */
function times(fromMs: number, toMs: number): Times {
  const late = Math.max(0, toMs - Date.now())
  return {
    from: new Date(Math.round(fromMs - late)).toISOString(),
    to: new Date(Math.round(toMs - late)).toISOString(),
  }
}
