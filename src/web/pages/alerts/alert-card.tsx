import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { AlertItem } from '../../../protocol/alerts.ts'
import type { Channel } from '../../../protocol/api.ts'
import { useAlertMessages } from '../../messages/alerts/use-alert-messages.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { AlertDeeds } from './alert-deeds.tsx'
import { AlertFacts, AlertState } from './alert-facts.tsx'
import { DayBars, nameOfDay } from './day-bars.tsx'
import { lastDays, sumUp } from './last-days.ts'
import type { OwnAlerts } from './signed-in.tsx'
import { useNow } from './use-now.ts'

const shownDays = 30

/** One alert of the list. */
export function AlertCard(props: {
  readonly alert: AlertItem
  readonly own: OwnAlerts
  readonly channels: readonly Channel[]
  readonly onDone: (said: string) => void
  readonly onRemoved: () => void
}): ReactNode {
  const { alert, own, channels, onDone, onRemoved } = props
  return (
    <article className="alert-card">
      <div className="alert-what">
        <h2>
          <Link href={`/alerts/${alert.id}/mentions`} dir="auto">
            {alert.name}
          </Link>{' '}
          <AlertState alert={alert} />
        </h2>
        <AlertFacts
          alert={alert}
          channels={channels}
          destinations={own.destinations}
          isOutbox={own.isOutbox}
        />
      </div>
      <AlertCounts alert={alert} />
      <AlertDeeds alert={alert} hasEdit onDone={onDone} onRemoved={onRemoved} />
    </article>
  )
}

/** How often it found something lately, and when last. */
export function AlertCounts({ alert }: { readonly alert: AlertItem }): ReactNode {
  const { bars: t } = useAlertMessages()
  const { locale } = useCatalogue()
  const days = lastDays(alert.days, shownDays, useNow())
  const { mentions, last } = sumUp(days)
  return (
    <div className="alert-counts">
      <DayBars days={days} />
      <p className="muted">
        {last === null
          ? t.none(shownDays)
          : `${t.in(mentions, shownDays)}, ${t.last(nameOfDay(last.day, locale))}`}
      </p>
    </div>
  )
}
