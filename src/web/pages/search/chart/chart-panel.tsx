import { useId, useSyncExternalStore, type ReactNode } from 'react'
import type { SearchTimeline } from '../../../../protocol/search.ts'
import { groupings, intervals } from '../../../data/search.ts'
import { useCatalogue } from '../../../messages/catalogue.tsx'
import { useSearchMessages } from '../../../messages/search/use-search-messages.ts'
import { OptionSelect } from '../../../shared/option-select.tsx'
import { nameOfZone } from '../../../shared/time/times.ts'
import { counts, spans, type Change, type SearchAddress, type Span } from '../use-search-address.ts'
import { TimelineChart } from './timeline-chart.tsx'
import { TimelineTable } from './timeline-table.tsx'
import { canZoomIn, moved, zoomed } from './zoom.ts'

/** Where there is room, what steers the chart stands open below it. */
const wide = window.matchMedia('(min-width: 641px)')

function onWidth(listener: () => void): () => void {
  wide.addEventListener('change', listener)
  return () => wide.removeEventListener('change', listener)
}

/** The chart with all that steers it. */
export function ChartPanel(props: {
  readonly timeline: SearchTimeline
  readonly address: SearchAddress
  readonly isOld: boolean
  readonly change: Change
}): ReactNode {
  const { timeline, address, isOld, change } = props
  const { locale } = useCatalogue()
  const t = useSearchMessages()
  const { zoom, last, by, interval, per, point } = address
  const isWide = useSyncExternalStore(onWidth, () => wide.matches)
  const hours = (timeline.monitored / 60).toLocaleString(locale, { maximumFractionDigits: 1 })
  const zoomTo: (times: SearchAddress['zoom']) => void = (times) =>
    change({ zoom: times, point: null, interval: null })
  return (
    <section className="chart" aria-label={t.chart.label} aria-busy={isOld}>
      <div className="chart-head">
        <p>
          <strong>{t.chart.summary(timeline.mentions, timeline.minutes)}</strong>{' '}
          <span className="muted">{t.chart.monitored(hours)}</span>
        </p>
        <div className="zoom" role="group" aria-label={t.range.label}>
          <Zoom
            label={t.chart.earlier}
            path="M10 3L5 8l5 5"
            onPress={() => zoomTo(moved(timeline, -1))}
          />
          <Zoom
            label={t.chart.zoomOut}
            path="M3 8h10"
            onPress={() => zoomTo(zoomed(timeline, 2, null))}
          />
          <Zoom
            label={t.chart.zoomIn}
            path="M3 8h10M8 3v10"
            isOff={!canZoomIn(timeline)}
            onPress={() => zoomTo(zoomed(timeline, 0.5, null))}
          />
          <Zoom
            label={t.chart.later}
            path="M6 3l5 5-5 5"
            onPress={() => zoomTo(moved(timeline, 1))}
          />
          {zoom !== null && (
            <button type="button" onClick={() => zoomTo(null)}>
              {t.chart.reset}
            </button>
          )}
        </div>
      </div>
      <TimelineChart
        // A cursor belongs to the steps it was set in.
        key={`${timeline.from} ${timeline.to} ${timeline.interval}`}
        timeline={timeline}
        per={per}
        point={point}
        onPoint={(chosen) => change({ point: chosen })}
        onZoom={zoomTo}
        onZoomBy={(factor, around) => zoomTo(zoomed(timeline, factor, around))}
        onMove={(direction) => zoomTo(moved(timeline, direction))}
      />
      <details className="chart-options" open={isWide}>
        <summary>{t.chart.options}</summary>
        <div className="chart-foot">
          <Pick
            label={t.range.label}
            value={zoom === null ? (last ?? 'all') : 'chosen'}
            options={[
              ['all', t.range.all] as const,
              ...(Object.keys(spans) as Span[]).map((span) => [span, t.range[span]] as const),
              ...(zoom === null ? [] : [['chosen', t.range.chosen] as const]),
            ]}
            onPick={(chosen) => {
              if (chosen !== 'chosen')
                change({
                  ...{ zoom: null, point: null, interval: null },
                  last: chosen === 'all' ? null : chosen,
                })
            }}
          />
          <Pick
            label={t.chart.by}
            value={by}
            options={groupings.map((one) => [one, t.chart.bys[one]] as const)}
            onPick={(chosen) => change({ by: chosen })}
          />
          <Pick
            label={t.chart.interval}
            value={interval ?? 'auto'}
            options={[
              ['auto', t.chart.intervals.auto] as const,
              ...intervals.map((one) => [one, t.chart.intervals[one]] as const),
            ]}
            onPick={(chosen) =>
              change({ interval: chosen === 'auto' ? null : chosen, point: null })
            }
          />
          <Pick
            label={t.chart.per}
            value={per}
            options={counts.map((one) => [one, t.chart.pers[one]] as const)}
            onPick={(chosen) => change({ per: chosen })}
          />
        </div>
      </details>
      <p className="muted chart-note">
        {timeline.items.some(({ monitored }) => monitored === 0) && (
          <span className="unheard">{t.chart.unheard}</span>
        )}
        <span>{t.chart.hanging}</span>
        <span>{t.chart.zone(nameOfZone(timeline.timeZone, locale, timeline.from))}</span>
      </p>
      <TimelineTable timeline={timeline} onPoint={(chosen) => change({ point: chosen })} />
    </section>
  )
}

function Zoom(props: {
  readonly label: string
  readonly path: string
  readonly isOff?: boolean
  readonly onPress: () => void
}): ReactNode {
  const { label, path, isOff = false, onPress } = props
  return (
    <button type="button" aria-label={label} title={label} disabled={isOff} onClick={onPress}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" className="glyph">
        <path d={path} />
      </svg>
    </button>
  )
}

export function Pick<T extends string>(props: {
  readonly label: string
  readonly value: T
  readonly options: readonly (readonly [T, string])[]
  readonly onPick: (value: T) => void
}): ReactNode {
  const id = useId()
  return (
    <label className="pick" htmlFor={id}>
      <span className="muted">{props.label}</span>
      <OptionSelect id={id} value={props.value} options={props.options} onChoose={props.onPick} />
    </label>
  )
}
