import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { messageOf } from '../../../protocol/message-of.ts'
import type { Delivery, OwnDestination } from '../../../protocol/deliveries.ts'
import { deliveryStates, type DeliveryState } from '../../../protocol/delivery-words.ts'
import { listDeliveries, replayDelivery } from '../../data/destinations.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { useDestinationMessages } from '../../messages/destinations/use-destination-messages.ts'
import { OptionSelect } from '../../shared/option-select.tsx'
import { formatWhen } from './present.ts'

/** What waits is looked at again this often. */
const lookEveryMs = 3000

/** What became of each notification, newest first. */
export function DeliveryLog(props: {
  readonly destinations: readonly OwnDestination[]
}): ReactNode {
  const t = useDestinationMessages()
  const [state, setState] = useState<DeliveryState | 'all'>('all')
  const log = useInfiniteQuery({
    queryKey: ['deliveries', state],
    queryFn: ({ pageParam, signal }) =>
      listDeliveries(state === 'all' ? null : state, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    refetchInterval: ({ state: { data } }) =>
      data?.pages.some(({ items }) => items.some((one) => one.state === 'waiting')) === true
        ? lookEveryMs
        : false,
  })
  const items = log.data?.pages.flatMap((page) => page.items)
  const nameOf = (id: string): string =>
    props.destinations.find((one) => one.id === id)?.name ?? t.log.gone
  return (
    <section className="deliveries">
      <h2>{t.log.heading}</h2>
      <p className="muted">{t.log.lead}</p>
      <label className="row">
        {t.log.filter}
        <OptionSelect
          value={state}
          options={[
            ['all', t.log.all],
            ...deliveryStates.map((each) => [each, t.log.states[each]] as const),
          ]}
          onChoose={setState}
        />
      </label>
      {items?.length === 0 && <p>{t.log.none}</p>}
      <ul>
        {items?.map((one) => (
          <li key={one.id}>
            <Row delivery={one} place={nameOf(one.destination)} />
          </li>
        ))}
      </ul>
      {log.hasNextPage && (
        <button type="button" onClick={() => void log.fetchNextPage()}>
          {t.log.more}
        </button>
      )}
    </section>
  )
}

function Row({
  delivery,
  place,
}: {
  readonly delivery: Delivery
  readonly place: string
}): ReactNode {
  const t = useDestinationMessages()
  const { locale } = useCatalogue()
  const queries = useQueryClient()
  const [refused, setRefused] = useState<string | null>(null)
  const { id, kind, alert, mentions, state, attempts, createdAt, nextAt, problem, log } = delivery
  const name = kind === 'test' ? t.log.test : alert.name
  const replay = (): void =>
    void replayDelivery(id)
      .catch((error: unknown) => setRefused(messageOf(error)))
      .finally(() => void queries.invalidateQueries({ queryKey: ['deliveries'] }))
  return (
    <article className="delivery">
      <p className="row">
        <strong>{name}</strong>
        <span className={`state ${state}`}>{t.log.states[state]}</span>
      </p>
      <p className="muted">
        <time dateTime={createdAt}>{formatWhen(createdAt, locale)}</time> · {place}
        {mentions > 0 && ` · ${t.log.mentions(mentions)}`} · {t.log.attempts(attempts)}
        {nextAt !== null && ` · ${t.log.next(formatWhen(nextAt, locale))}`}
      </p>
      {(refused ?? problem) !== null && <p className="problem">{refused ?? problem}</p>}
      {log.length > 1 && (
        <details>
          <summary>{t.log.details}</summary>
          <ol>
            {log.map((attempt) => (
              <li key={attempt.at}>
                <time dateTime={attempt.at}>{formatWhen(attempt.at, locale)}</time>{' '}
                {attempt.problem ?? t.log.taken},{' '}
                {t.log.took(new Intl.NumberFormat(locale).format(attempt.ms / 1000))}
              </li>
            ))}
          </ol>
        </details>
      )}
      {state !== 'waiting' && (
        <button type="button" aria-label={`${t.log.replay}: ${name}`} onClick={replay}>
          {t.log.replay}
        </button>
      )}
    </article>
  )
}
