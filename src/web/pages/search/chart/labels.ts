import type { Interval } from '../../../../protocol/search.ts'

/** Formatters are slow to make and quick to use. */
const cache = new Map<string, Intl.DateTimeFormat>()

const whole: Readonly<Record<Interval, Intl.DateTimeFormatOptions>> = {
  hour: {
    ...{ weekday: 'short', year: 'numeric', month: 'short', day: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  },
  day: { weekday: 'short', year: 'numeric', month: 'short', day: 'numeric' },
  month: { year: 'numeric', month: 'long' },
}

/** A step of a chart in words: its hour, day or month. */
export function nameOfStep(
  at: string,
  interval: Interval,
  timeZone: string,
  locale: string,
): string {
  return formatter(`whole ${interval}`, locale, timeZone, whole[interval]).format(new Date(at))
}

export interface Label {
  readonly index: number
  readonly text: string
}

/** Steps between labels that people count in. */
const strides: Readonly<Record<Interval, readonly number[]>> = {
  hour: [1, 2, 3, 6, 12, 24, 48, 96, 168],
  day: [1, 2, 7, 14, 28, 56, 112],
  month: [1, 2, 3, 6, 12, 24, 60],
}

/** Labels below a chart, as many as fit side by side. */
export function labelsOf(
  starts: readonly string[],
  interval: Interval,
  timeZone: string,
  locale: string,
  most: number,
): readonly Label[] {
  const stride =
    strides[interval].find((one) => starts.length / one <= most) ??
    Math.ceil(starts.length / Math.max(1, most))
  const first = interval === 'hour' ? offsetOf(starts[0], stride, timeZone) : 0
  const labels: Label[] = []
  for (let index = first; index < starts.length; index += stride) {
    const at = starts[index]
    if (at !== undefined) labels.push({ index, text: labelOf(at, interval, timeZone, locale) })
  }
  return labels
}

/** Labels of hours stand at round ones. */
function offsetOf(first: string | undefined, stride: number, timeZone: string): number {
  if (first === undefined) return 0
  const round = Math.min(stride, 24)
  return (round - (hourOf(first, timeZone) % round)) % round
}

function labelOf(at: string, interval: Interval, timeZone: string, locale: string): string {
  const date = new Date(at)
  if (interval === 'month')
    return formatter('month', locale, timeZone, { year: 'numeric', month: 'short' }).format(date)
  if (interval === 'day' || hourOf(at, timeZone) === 0)
    return formatter('day', locale, timeZone, { month: 'short', day: 'numeric' }).format(date)
  return formatter('hour', locale, timeZone, {
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  }).format(date)
}

function hourOf(at: string, timeZone: string): number {
  const parts = formatter('number', 'en', timeZone, { hour: '2-digit', hourCycle: 'h23' })
  return Number(parts.format(new Date(at)))
}

function formatter(
  what: string,
  locale: string,
  timeZone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${what} ${locale} ${timeZone}`
  let known = cache.get(key)
  if (known === undefined) {
    known = new Intl.DateTimeFormat(locale, { ...options, timeZone })
    cache.set(key, known)
  }
  return known
}
