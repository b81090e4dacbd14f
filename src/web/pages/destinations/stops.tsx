import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { OwnDestination } from '../../../protocol/deliveries.ts'
import { listStops, resumeAlert } from '../../data/destinations.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { useDestinationMessages } from '../../messages/destinations/use-destination-messages.ts'
import { formatWhen } from './present.ts'

/** What somebody wanted no more of, by a click in a letter. */
export function Stops(props: {
  readonly destinations: readonly OwnDestination[]
  readonly onChange: () => void
}): ReactNode {
  const t = useDestinationMessages()
  const { locale } = useCatalogue()
  const { data = [] } = useQuery({
    queryKey: ['stops'],
    queryFn: ({ signal }) => listStops(signal),
  })
  if (data.length === 0) return null
  const nameOf = (id: string): string =>
    props.destinations.find((one) => one.id === id)?.name ?? t.log.gone
  return (
    <section className="stops">
      <h2>{t.stops.heading}</h2>
      <ul>
        {data.map(({ destination, alert, alertName, until }) => (
          <li key={`${destination} ${alert}`} className="row">
            <span>{t.stops.one(alertName, nameOf(destination))}</span>
            {until !== null && (
              <span className="muted">{t.stops.until(formatWhen(until, locale))}</span>
            )}
            <button
              type="button"
              aria-label={`${t.stops.resume}: ${alertName}`}
              onClick={() => void resumeAlert(destination, alert).finally(props.onChange)}
            >
              {t.stops.resume}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
