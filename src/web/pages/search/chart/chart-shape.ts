import type { SearchTimeline } from '../../../../protocol/search.ts'
import type { Count } from '../use-search-address.ts'

export interface Frame {
  readonly width: number
  readonly height: number
}

/** Places in pixels of what a chart draws. */
export interface Shape {
  readonly left: number
  readonly top: number
  readonly bottom: number
  readonly step: number
  /** One path a series, the largest series lowest. */
  readonly bars: readonly { readonly value: string; readonly path: string }[]
  /** Where nobody listened. */
  readonly unheard: string
  /** How much of each step was monitored: bars that hang from the line. */
  readonly monitored: string
  readonly ticks: readonly { readonly y: number; readonly value: number }[]
}

export const margin = { left: 44, right: 4, top: 10, bottom: 38 }
const hangingHeight = 10
const hangingGap = 2

export function shapeOf(timeline: SearchTimeline, frame: Frame, per: Count): Shape {
  const { items, series } = timeline
  const left = margin.left
  const step = Math.max(0, frame.width - left - margin.right) / Math.max(1, items.length)
  const [top, bottom] = [margin.top, frame.height - margin.bottom]
  const divisors = items.map(({ monitored }) => divisorOf(monitored, per))
  const totals = items.map(({ mentions }, n) => ratio(mentions, divisors[n]))
  const highest = niceMaximum(Math.max(0, ...totals), per)
  const gap = step > 5 ? 1 : 0
  const height = (value: number): number => (value / highest) * (bottom - top)
  const base = items.map(() => bottom)
  const bars = series.map(({ value, mentionsByItem }) => {
    let path = ''
    mentionsByItem.forEach((mentions, n) => {
      const tall = height(ratio(mentions, divisors[n]))
      if (tall <= 0) return
      const floor = base[n] ?? bottom
      base[n] = floor - tall
      path += box(left + n * step + gap / 2, floor - tall, Math.max(0.5, step - gap), tall)
    })
    return { value, path }
  })
  return {
    ...{ left, top, bottom, step, bars },
    unheard: unheardPath(items, { left, top, bottom, step }),
    monitored: monitoredPath(items, { left, bottom, step }),
    ticks: [0, highest / 2, highest]
      .filter((value) => per === 'hour' || Number.isInteger(value))
      .map((value) => ({ value, y: bottom - height(value) })),
  }
}

/** Which step of the chart lies under a point. */
export function stepAt({ left, step }: Shape, x: number, count: number): number {
  return Math.max(0, Math.min(count - 1, Math.floor((x - left) / step)))
}

type Items = SearchTimeline['items']

/** Neighbours that nobody listened to are one field. */
function unheardPath(
  items: Items,
  { left, top, bottom, step }: Pick<Shape, 'left' | 'top' | 'bottom' | 'step'>,
): string {
  let path = ''
  for (let from = 0; from < items.length; from++) {
    if (items[from]?.monitored !== 0) continue
    let to = from
    while (items[to]?.monitored === 0) to++
    path += box(left + from * step, top, (to - from) * step, bottom - top)
    from = to
  }
  return path
}

/** Against the step in which the most was monitored, for steps are of several lengths. */
function monitoredPath(
  items: Items,
  { left, bottom, step }: Pick<Shape, 'left' | 'bottom' | 'step'>,
): string {
  const shares = items.map(
    ({ start, end, monitored }) => (monitored * 60_000) / (Date.parse(end) - Date.parse(start)),
  )
  const most = Math.max(...shares)
  if (most <= 0) return ''
  const gap = step > 5 ? 1 : 0
  const place = (n: number): number => left + n * step + gap / 2
  return shares
    .map((share, n) =>
      share <= 0
        ? ''
        : box(place(n), bottom + hangingGap, step - gap, (hangingHeight * share) / most),
    )
    .join('')
}

function divisorOf(monitored: number, per: Count): number {
  return per === 'hour' ? monitored / 60 : 1
}

function ratio(mentions: number, divisor: number | undefined): number {
  return divisor === undefined || divisor === 0 ? 0 : mentions / divisor
}

/** A round number at or above the highest bar; even, so that its half is whole too. */
function niceMaximum(highest: number, per: Count): number {
  if (highest <= 0) return 2
  if (per === 'mentions' && highest <= 2) return 2
  const power = 10 ** Math.floor(Math.log10(highest))
  for (const factor of [1, 1.2, 1.6, 2, 3, 4, 6, 8, 10]) {
    const value = factor * power
    if (value >= highest && (per === 'hour' || value % 2 === 0)) return value
  }
  return 10 * power
}

function box(x: number, y: number, width: number, height: number): string {
  const [a, b, c, d] = [x, y, width, height].map((value) => Math.round(value * 100) / 100)
  return `M${a} ${b}h${c}v${d}h${-(c ?? 0)}z`
}
