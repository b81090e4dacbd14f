import {
  useId,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
} from 'react'
import type { Airing, Gap } from '../../../../protocol/api.ts'
import type { Coverage } from '../../../data/day.ts'
import { useCatalogue } from '../../../messages/catalogue.tsx'
import { useChannelMessages } from '../../../messages/channel/use-channel-messages.ts'
import type { Span } from '../../../shared/time/days.ts'
import { formatClock } from '../../../shared/time/times.ts'
import { programmeAt } from './programmes.ts'

/** Units of the drawing: a minute is one across; the strip is as high as this. */
const height = 40
const stepMs = 5 * 60_000
/** Words per minute that fill the strip: fast talk. */
const fullPace = 220

export interface DayMapProps {
  readonly span: Span
  readonly zone: string
  readonly airings: readonly Airing[]
  readonly gaps: readonly Gap[]
  readonly hours: readonly Coverage[]
  /** The moment that is being read. */
  readonly at: string
  readonly now: string
  readonly onGo: (moment: string) => void
}

/**
 * A day in a strip: what was received and what is missing, how fast was talked, where programmes begin, and where the
 * reader is. Pressed or chosen by keys, a moment is gone to.
 */
export function DayMap(props: DayMapProps): ReactNode {
  const { span, zone, airings, gaps, hours, at, now, onGo } = props
  const { locale } = useCatalogue()
  const t = useChannelMessages().day
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  /** The moment that would be gone to. */
  const [aim, setAim] = useState<number | null>(null)
  const [fromMs, toMs] = [Date.parse(span.from), Date.parse(span.to)]
  const lastMs = Math.min(toMs - 1, Date.parse(now))
  const minutes = (toMs - fromMs) / 60_000
  const x = (moment: string | number): number => {
    const ms = typeof moment === 'number' ? moment : Date.parse(moment)
    return (Math.min(toMs, Math.max(fromMs, ms)) - fromMs) / 60_000
  }
  const within = (ms: number): number => Math.min(lastMs, Math.max(fromMs, ms))
  const nameOf = (ms: number): string => {
    const moment = new Date(ms).toISOString()
    const clock = formatClock(moment, zone, locale).slice(0, 5)
    return t.at(clock, programmeAt(airings, moment)?.title ?? null)
  }
  const here = aim ?? within(Date.parse(at))

  const onKey = (event: KeyboardEvent): void => {
    const starts = airings.map(({ start }) => Date.parse(start)).sort((a, b) => a - b)
    const steps: Readonly<Record<string, number | undefined>> = {
      ArrowLeft: here - stepMs,
      ArrowDown: here - stepMs,
      ArrowRight: here + stepMs,
      ArrowUp: here + stepMs,
      PageUp: starts.findLast((ms) => ms < here) ?? fromMs,
      PageDown: starts.find((ms) => ms > here) ?? lastMs,
      Home: fromMs,
      End: lastMs,
    }
    const next = steps[event.key]
    if (next !== undefined) setAim(within(next))
    else if ((event.key === 'Enter' || event.key === ' ') && aim !== null) {
      onGo(new Date(aim).toISOString())
      setAim(null)
    } else if (event.key === 'Escape' && aim !== null) setAim(null)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const momentUnder = (event: PointerEvent): number => {
    const edge = box.current?.getBoundingClientRect()
    const part = edge === undefined ? 0 : (event.clientX - edge.left) / edge.width
    return within(fromMs + part * (toMs - fromMs))
  }
  return (
    <div
      ref={box}
      className="day-map"
      role="slider"
      tabIndex={0}
      aria-label={t.map}
      aria-describedby={id}
      aria-valuemin={0}
      aria-valuemax={Math.round(minutes)}
      aria-valuenow={Math.round(x(here))}
      aria-valuetext={nameOf(here)}
      onKeyDown={onKey}
      onBlur={() => setAim(null)}
      onPointerMove={(event) => setAim(momentUnder(event))}
      onPointerLeave={() => setAim(null)}
      onClick={(event) => {
        // Keys have their own way; what comes with a pointer has a place.
        if (event.detail > 0) {
          onGo(new Date(momentUnder(event as unknown as PointerEvent)).toISOString())
          setAim(null)
        }
      }}
    >
      <span id={id} className="quiet">
        {t.mapKeys}
      </span>
      <svg viewBox={`0 0 ${minutes} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        <rect className="map-past" x={0} y={0} width={x(now)} height={height} />
        {hours.map(({ from, to, monitored, minutes: heard, words }) => {
          const pace = heard === 0 ? 0 : height * Math.min(1, words / heard / fullPace)
          const place = { x: x(from), width: Math.max(0, x(to) - x(from)) }
          // Where in the hour it was not received, gaps tell.
          return (
            <g key={from} opacity={monitored === 0 ? 0 : Math.max(0.3, monitored)}>
              <rect className="map-heard" {...place} y={0} height={height} />
              <rect className="map-pace" {...place} y={height - pace} height={pace} />
            </g>
          )
        })}
        {gaps.map(({ id: key, from, to }) => (
          <rect
            key={key}
            className="map-gap"
            x={x(from)}
            y={0}
            // A short one is seen too.
            width={Math.max(1.5, x(to ?? now) - x(from))}
            height={height}
          />
        ))}
        {airings
          .filter(({ start }) => start >= span.from)
          .map(({ id: key, start }) => (
            <line key={key} className="map-start" x1={x(start)} x2={x(start)} y1={0} y2={height} />
          ))}
        <line className="map-here" x1={x(at)} x2={x(at)} y1={0} y2={height} />
        {aim !== null && <line className="map-aim" x1={x(aim)} x2={x(aim)} y1={0} y2={height} />}
      </svg>
      {aim !== null && (
        <span
          className={x(aim) > minutes / 2 ? 'map-label late' : 'map-label'}
          style={{ insetInlineStart: `${(100 * x(aim)) / minutes}%` }}
          aria-hidden="true"
        >
          {nameOf(aim)}
        </span>
      )}
    </div>
  )
}
