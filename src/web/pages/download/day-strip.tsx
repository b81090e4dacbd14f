import { useRef, type KeyboardEvent, type ReactNode } from 'react'
import { Link } from 'wouter'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { useDownloadMessages } from '../../messages/download.ts'
import { formatDay } from '../../shared/time/times.ts'
import { CoverageBar } from './coverage-bar.tsx'
import type { Coverage } from '../../data/day.ts'
import { addDays, parseDay, weekOf, type Day } from '../../shared/time/days.ts'

export interface DayStripProps {
  readonly day: Day
  readonly today: Day
  readonly coverage: readonly (Coverage | undefined)[]
  readonly hrefOf: (day: Day) => string
  readonly onGo: (day: Day) => void
}

/** Seven days, each with how much of it was monitored; any other day by its date. */
export function DayStrip(props: DayStripProps): ReactNode {
  const { day, today, coverage, hrefOf, onGo } = props
  const t = useDownloadMessages()
  const list = useRef<HTMLOListElement>(null)
  const days = weekOf(day, today)
  const chosen = coverage[days.indexOf(day)]
  const shift = (count: number): Day => {
    const to = addDays(day, count)
    return to > today ? today : to
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (step === undefined) return
    const links = [...(list.current?.querySelectorAll('a') ?? [])]
    links[links.findIndex((link) => link === document.activeElement) + step]?.focus()
    event.preventDefault()
  }
  return (
    <nav className="days" aria-label={t.days}>
      <Link className="days-step" href={hrefOf(shift(-7))} aria-label={t.earlier} title={t.earlier}>
        <Arrow to="M10 3 5 8l5 5" />
      </Link>
      <ol ref={list} onKeyDown={onKeyDown}>
        {days.map((one, i) => (
          <li key={one}>
            <DayLink
              day={one}
              isShown={one === day}
              isFuture={one > today}
              coverage={coverage[i]}
              href={hrefOf(one)}
            />
          </li>
        ))}
      </ol>
      {shift(7) > day && (days.at(-1) ?? today) < today ? (
        <Link className="days-step" href={hrefOf(shift(7))} aria-label={t.later} title={t.later}>
          <Arrow to="m6 3 5 5-5 5" />
        </Link>
      ) : (
        <span className="days-step" />
      )}
      {chosen !== undefined && <p className="days-said muted">{sayCoverage(chosen, t)}</p>}
      <label className="days-date">
        <span>{t.goTo}</span>
        <input
          type="date"
          value={day}
          max={today}
          onChange={(event) => {
            const wished = parseDay(event.target.value)
            if (wished !== null && wished <= today) onGo(wished)
          }}
        />
      </label>
    </nav>
  )
}

function DayLink(props: {
  readonly day: Day
  readonly isShown: boolean
  readonly isFuture: boolean
  readonly coverage: Coverage | undefined
  readonly href: string
}): ReactNode {
  const { day, isShown, isFuture, coverage, href } = props
  const { locale } = useCatalogue()
  const t = useDownloadMessages()
  const noon = new Date(`${day}T12:00:00Z`)
  const part = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(noon)
  const name = formatDay(noon.toISOString(), 'UTC', locale)
  const said = coverage === undefined ? (isFuture ? t.future : '') : sayCoverage(coverage, t)
  const face = (
    <>
      <span className="day-name" aria-hidden="true">
        <span>{part({ weekday: 'short' })}</span>{' '}
        <strong>{part({ day: 'numeric' }).replace(/\D/g, '')}</strong>{' '}
        <span className="day-month">{part({ month: 'short' })}</span>
      </span>
      <span className="quiet">{t.dayOf(name, said)}</span>
      <CoverageBar coverage={coverage} />
    </>
  )
  if (isFuture) return <span className="day-link future">{face}</span>
  return (
    <Link
      className="day-link"
      href={href}
      aria-current={isShown ? 'date' : undefined}
      title={said === '' ? undefined : t.dayOf(name, said)}
    >
      {face}
    </Link>
  )
}

function sayCoverage(
  { minutes, missing, from, to }: Coverage,
  t: ReturnType<typeof useDownloadMessages>,
): string {
  const gap = Math.round((missing * (Date.parse(to) - Date.parse(from))) / 60_000)
  const whole = Math.round(minutes)
  const monitored = whole === 0 ? t.notMonitored : t.monitored(Math.floor(whole / 60), whole % 60)
  return monitored + (gap === 0 ? '' : t.missing(Math.floor(gap / 60), gap % 60))
}

function Arrow({ to }: { readonly to: string }): ReactNode {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" className="glyph" aria-hidden="true">
      <path d={to} />
    </svg>
  )
}
