import type { ReactNode } from 'react'
import type { AlertItem } from '../../../protocol/alerts.ts'
import type { Channel } from '../../../protocol/api.ts'
import type { OwnDestination } from '../../../protocol/deliveries.ts'
import { useAlertMessages } from '../../messages/alerts/use-alert-messages.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { useNow } from './use-now.ts'
import {
  isMuted,
  placesOf,
  sayMoment,
  sayPlaces,
  sayQuietHours,
  sayWhen,
  warningsOf,
} from './words.ts'

/** More are counted. */
const mostNamed = 3

/** Whether it tells now, in a word. */
export function AlertState({ alert }: { readonly alert: AlertItem }): ReactNode {
  const { states } = useAlertMessages()
  const { locale } = useCatalogue()
  const now = useNow()
  const { paused, mutedUntil, rate, volume } = alert
  const [kind, says] = paused
    ? ['paused', states.paused]
    : isMuted(alert, now) && mutedUntil !== null
      ? ['muted', states.muted(sayMoment(mutedUntil, locale))]
      : rate.kind === 'never' && volume === null
        ? ['never', states.never]
        : ['on', states.on]
  return <span className={`alert-state alert-${kind}`}>{says}</span>
}

/** What it finds, where, and how it tells. */
export function AlertFacts(props: {
  readonly alert: AlertItem
  readonly channels: readonly Channel[]
  readonly destinations: readonly OwnDestination[]
  readonly isOutbox: boolean
}): ReactNode {
  const { alert, channels, destinations, isOutbox } = props
  const t = useAlertMessages()
  const { locale } = useCatalogue()
  const { quietHours } = alert
  const when = sayWhen(alert, t, locale)
  const places = placesOf(alert.destinations, destinations)
  const names = alert.channels.map((id) => channels.find((one) => one.id === id)?.name ?? id)
  const where =
    names.length === 0
      ? t.everywhere
      : t.on(
          names.length > mostNamed
            ? t.channels(names.length)
            : new Intl.ListFormat(locale).format(names),
        )
  return (
    <>
      <p className="alert-finds">
        <span lang="en">{alert.restated}</span> <span className="muted">· {where}</span>
      </p>
      <p className="muted alert-how">
        {when === null
          ? t.tellsNever
          : t.tells(when, sayPlaces(alert.destinations, destinations, t, locale))}
        {when !== null && quietHours !== null && `, ${sayQuietHours(quietHours, t)}`}
      </p>
      {when !== null &&
        warningsOf(places, isOutbox, t).map((warning) => (
          <p key={warning} className="alert-warning">
            {warning}
          </p>
        ))}
    </>
  )
}
