import type { ReactNode } from 'react'
import { useAlertMessages } from '../../messages/alerts/use-alert-messages.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { formatShortDay } from '../../shared/time/times.ts'
import { sumUp, type DayCount } from './last-days.ts'

/** Units of a day, and of the picture's height; it is stretched to where it stands. */
const step = 10
const height = 40
/** A mention is seen beside a thousand. */
const least = 3

/** Mentions by day, as bars; what they show is said in words too. */
export function DayBars({ days }: { readonly days: readonly DayCount[] }): ReactNode {
  const t = useAlertMessages()
  const { locale } = useCatalogue()
  const { mentions, most } = sumUp(days)
  const highest = most?.mentions ?? 1
  const label =
    most === null
      ? t.bars.none(days.length)
      : t.bars.some(mentions, days.length, most.mentions, nameOfDay(most.day, locale))
  return (
    <svg
      className="day-bars"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${days.length * step} ${height}`}
      preserveAspectRatio="none"
    >
      {days.map(({ day, mentions: count, isHeard }, i) => {
        const tall = count === 0 ? 0 : Math.max(least, (count / highest) * height)
        return isHeard ? (
          <rect
            key={day}
            className={count === 0 ? 'day-none' : 'day-some'}
            x={i * step + 1}
            width={step - 2}
            y={count === 0 ? height - 1 : height - tall}
            height={count === 0 ? 1 : tall}
          />
        ) : (
          <rect
            key={day}
            className="day-unheard"
            x={i * step + 1}
            width={step - 2}
            y={0}
            height={height}
          />
        )
      })}
    </svg>
  )
}

export function nameOfDay(day: string, locale: string): string {
  return formatShortDay(`${day}T12:00:00.000Z`, 'UTC', locale)
}
