import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { SearchError, orders } from '../../data/search.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { useSearchMessages } from '../../messages/search/use-search-messages.ts'
import { addressOfNew } from '../alerts/new-address.ts'
import { ChartPanel, Pick } from './chart/chart-panel.tsx'
import { nameOfStep } from './chart/labels.ts'
import { Facets } from './facets.tsx'
import { hasFilter, splitFilters, withFilter, withoutFilter } from './narrow.ts'
import { NothingFound } from './nothing-found.tsx'
import { Results } from './results.tsx'
import { Take } from './take.tsx'
import { useChartZone } from './use-chart-zone.ts'
import type { Change, SearchAddress } from './use-search-address.ts'
import { useTimeline, type usePassages } from './use-search.ts'

/** What was found: the query in words, the chart, where it was said, and the passages. */
export function Found(props: {
  readonly address: SearchAddress
  readonly change: Change
  readonly passages: ReturnType<typeof usePassages>
}): ReactNode {
  const { address, change, passages } = props
  const t = useSearchMessages()
  const { q, by, point } = address
  const timeline = useTimeline(address, useChartZone(q))
  const { data } = timeline
  const { pages, error } = passages
  const first = pages[0]
  const items = pages.flatMap((page) => page.items)
  const toggle = (filter: string): void =>
    change({ q: hasFilter(q, filter) ? withoutFilter(q, filter) : withFilter(q, filter) })
  const { filters, head } = splitFilters(q)
  return (
    <>
      {first !== undefined && (
        <div className="asked">
          <p className="restated">
            <span className="muted">{t.finds}</span> <span lang="en">{first.query}</span>
          </p>
          <Link href={addressOfNew(q)}>{t.toAlert}</Link>
        </div>
      )}
      {filters.length > 0 && head !== '' && (
        <ul className="active-filters" aria-label={t.facets.active}>
          {filters.map((filter) => (
            <li key={filter}>
              <button
                type="button"
                aria-label={t.facets.remove(filter)}
                onClick={() => toggle(filter)}
              >
                <code>{filter}</code> <span aria-hidden="true">×</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <p role="status" className="quiet">
        {passages.isSearching
          ? t.results.loading
          : first !== undefined && t.results.found(items.length, passages.hasMore)}
      </p>
      <Partial answers={[...pages, ...(data === undefined ? [] : [data])]} />
      <div className="found">
        {data !== undefined && (data.mentions > 0 || address.zoom !== null) ? (
          <ChartPanel
            timeline={data}
            address={address}
            isOld={timeline.isPlaceholderData}
            change={change}
          />
        ) : (
          (timeline.isPending || passages.isSearching) && (
            <p className="chart chart-waiting muted">{t.chart.loading}</p>
          )
        )}
        {timeline.isError && error === null && (
          <div className="chart" role="alert">
            <p>
              {t.chart.failed} <span lang="en">{timeline.error.message}</span>
            </p>
            {address.interval !== null && (
              <button type="button" onClick={() => change({ interval: null })}>
                {t.chart.interval}: {t.chart.intervals.auto}
              </button>
            )}
          </div>
        )}
        {data !== undefined && data.mentions > 0 && (
          <Facets timeline={data} by={by} q={q} onToggle={toggle} />
        )}
        <section className="found-passages" aria-label={t.results.label}>
          {error !== null && <Failed error={error} onAgain={passages.again} />}
          {first !== undefined && items.length === 0 && (
            <NothingFound address={address} change={change} />
          )}
          {items.length > 0 && (
            <>
              <div className="results-head">
                {point === null ? (
                  <Pick
                    label={t.results.order}
                    value={address.order}
                    options={orders.map((one) => [one, t.results.orders[one]] as const)}
                    onPick={(order) => change({ order })}
                  />
                ) : (
                  <Within point={point} timeline={data} onAll={() => change({ point: null })} />
                )}
                <Take address={address} />
              </div>
              <Results
                pages={pages}
                hasMore={passages.hasMore}
                isLoadingMore={passages.isLoadingMore}
                isOld={passages.isOld}
                onMore={passages.loadMore}
              />
            </>
          )}
        </section>
      </div>
    </>
  )
}

function Within(props: {
  readonly point: NonNullable<SearchAddress['point']>
  readonly timeline: ReturnType<typeof useTimeline>['data']
  readonly onAll: () => void
}): ReactNode {
  const { point, timeline, onAll } = props
  const { locale } = useCatalogue()
  const t = useSearchMessages()
  const when = nameOfStep(
    point.from,
    timeline?.interval ?? 'hour',
    timeline?.timeZone ?? 'UTC',
    locale,
  )
  return (
    <p className="within">
      <strong>{t.results.within(when)}</strong>{' '}
      <button type="button" onClick={onAll}>
        {t.results.allAgain}
      </button>
    </p>
  )
}

/** What an answer says of itself when it is not whole. */
function Partial(props: {
  readonly answers: readonly { readonly complete: boolean; readonly problems: readonly string[] }[]
}): ReactNode {
  const t = useSearchMessages()
  const problems = [...new Set(props.answers.flatMap((answer) => answer.problems))]
  const isWhole = props.answers.every(({ complete }) => complete)
  if (isWhole && problems.length === 0) return null
  return (
    <p className="banner partial" role="status">
      {problems.length === 0 ? t.results.partialNoReason : `${t.results.partial} `}
      <span lang="en">{problems.join(' ')}</span>
    </p>
  )
}

function Failed(props: { readonly error: Error; readonly onAgain: () => void }): ReactNode {
  const { error, onAgain } = props
  const t = useSearchMessages()
  const isMany = error instanceof SearchError && error.status === 429
  return (
    <div className="empty" role="alert">
      <p>
        {isMany ? t.results.tooMany : t.results.failed}{' '}
        {!isMany && <span lang="en">{error.message}</span>}
      </p>
      <p>
        <button type="button" onClick={onAgain}>
          {t.results.again}
        </button>
      </p>
    </div>
  )
}
