import { useEffect, useId, useRef, useState, type ReactNode, type RefObject } from 'react'
import type { SearchTimeline } from '../../../../protocol/search.ts'
import { useCatalogue } from '../../../messages/catalogue.tsx'
import { useSearchMessages } from '../../../messages/search/use-search-messages.ts'
import type { Count, Times } from '../use-search-address.ts'
import { margin, shapeOf } from './chart-shape.ts'
import { labelsOf, nameOfStep } from './labels.ts'
import { useChartCursor, type ChartCursor } from './use-chart-cursor.ts'

const height = 210
const labelPx = 76
/** Nearer to the end there is no room for a label. */
const leastLabelPx = 44

/** Mentions by time, stacked; a span is chosen by dragging or with Shift and arrows, a moment by a press or Enter. */
export function TimelineChart(props: {
  readonly timeline: SearchTimeline
  readonly per: Count
  readonly point: Times | null
  readonly onPoint: (point: Times | null) => void
  readonly onZoom: (times: Times) => void
  readonly onZoomBy: (factor: number, around: number | null) => void
  readonly onMove: (direction: -1 | 1) => void
}): ReactNode {
  const { timeline, per, point } = props
  const { locale } = useCatalogue()
  const t = useSearchMessages()
  const id = useId()
  const [box, width] = useWidth()
  const { items, interval, timeZone } = timeline
  const shape = shapeOf(timeline, { width, height }, per)
  const cursor = useChartCursor(timeline, shape, props)
  const says = useReadout(timeline, per, cursor)
  const labels = labelsOf(
    items.map(({ start }) => start),
    ...([interval, timeZone, locale] as const),
    Math.max(2, Math.floor((width - margin.left) / labelPx)),
  )
  const chosen = items.findIndex(({ start }) => start === point?.from)
  return (
    <>
      <p className="readout" aria-hidden="true">
        {says ?? <span className="muted">{t.chart.hint}</span>}
      </p>
      <div
        className="plot"
        ref={box}
        role="slider"
        tabIndex={0}
        aria-label={t.chart.slider}
        aria-describedby={`${id}-keys`}
        aria-valuemin={1}
        aria-valuemax={items.length}
        aria-valuenow={(cursor.at ?? items.length - 1) + 1}
        aria-valuetext={says ?? t.chart.summary(timeline.mentions, timeline.minutes)}
        onKeyDown={cursor.onKeyDown}
        onPointerDown={cursor.onPointerDown}
        onPointerMove={cursor.onPointerMove}
        onPointerUp={cursor.onPointerUp}
        onPointerLeave={cursor.onPointerLeave}
        onPointerCancel={cursor.onPointerCancel}
      >
        {width > 0 && (
          <svg width={width} height={height} aria-hidden="true">
            <defs>
              <pattern
                id={`${id}-hatch`}
                width="7"
                height="7"
                patternUnits="userSpaceOnUse"
                patternTransform="rotate(45)"
              >
                <rect width="1.6" height="7" className="hatch" />
              </pattern>
            </defs>
            <path d={shape.unheard} fill={`url(#${id}-hatch)`} />
            {shape.ticks.map(({ y, value }) => (
              <g key={value}>
                <line x1={shape.left} x2={width} y1={y} y2={y} className="grid" />
                <text x={shape.left - 8} y={y + 4} textAnchor="end">
                  {compact(value, locale)}
                </text>
              </g>
            ))}
            {cursor.at !== null && (
              <rect
                className={cursor.anchor === cursor.at ? 'cursor' : 'span'}
                x={shape.left + Math.min(cursor.at, cursor.anchor ?? cursor.at) * shape.step}
                y={shape.top}
                width={(Math.abs(cursor.at - (cursor.anchor ?? cursor.at)) + 1) * shape.step}
                height={shape.bottom - shape.top}
              />
            )}
            {shape.bars.map(({ value, path }, n) => (
              <path key={value} d={path} className={`series-${n}`} />
            ))}
            {chosen !== -1 && (
              <rect
                className="chosen"
                x={shape.left + chosen * shape.step}
                y={shape.top}
                width={shape.step}
                height={shape.bottom - shape.top}
              />
            )}
            <path d={shape.monitored} className="monitored" />
            {labels
              .map(({ index, text }) => ({ x: shape.left + index * shape.step, text }))
              .filter(({ x }) => x < width - leastLabelPx)
              .map(({ x, text }) => (
                <text key={x} x={x} y={height - 8}>
                  {text}
                </text>
              ))}
          </svg>
        )}
      </div>
      <p id={`${id}-keys`} className="quiet">
        {t.chart.keys}
      </p>
    </>
  )
}

/** What is under the cursor, in words. */
function useReadout(
  timeline: SearchTimeline,
  per: Count,
  { at, anchor }: ChartCursor,
): string | null {
  const { locale } = useCatalogue()
  const t = useSearchMessages()
  const { items, interval, timeZone } = timeline
  if (at === null) return null
  const [first, last] = [Math.min(at, anchor ?? at), Math.max(at, anchor ?? at)]
  const name = (n: number): string =>
    nameOfStep(items[n]?.start ?? timeline.from, interval, timeZone, locale)
  const within = items.slice(first, last + 1)
  const mentions = within.reduce((sum, item) => sum + item.mentions, 0)
  const minutes = within.reduce((sum, item) => sum + item.monitored, 0)
  const said =
    per === 'hour' && minutes > 0
      ? t.chart.rate(
          (mentions / (minutes / 60)).toLocaleString(locale, { maximumFractionDigits: 1 }),
        )
      : t.chart.mentions(mentions)
  return first === last
    ? t.chart.point(name(first), said, t.chart.listened(Math.round(minutes)))
    : t.chart.span(name(first), name(last), said)
}

function useWidth(): [RefObject<HTMLDivElement | null>, number] {
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = box.current
    if (element === null) return undefined
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [box, width]
}

function compact(value: number, locale: string): string {
  return value.toLocaleString(locale, { notation: 'compact', maximumFractionDigits: 1 })
}
