import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useId, useMemo, useState, type ReactNode } from 'react'
import { Link, useSearchParams } from 'wouter'
import { listChannels } from '../../data/api.ts'
import { useCatalogue, useMessages } from '../../messages/catalogue.tsx'
import { findChannels } from '../../shared/channels/find-channels.ts'
import { useShortcuts } from '../../shared/keyboard/shortcuts.ts'
import { useTitle } from '../../shared/use-title.ts'
import { Networks } from './networks.tsx'
import { useIsPast } from './use-is-past.ts'
import { useOpened } from './use-opened.ts'

const FoundProgrammes = lazy(() => import('./found-programmes.tsx'))

const refreshMs = 10_000

/** What is on: channels by network, each with its last line live. */
export function OnAirPage(): ReactNode {
  const { messages: t, locale } = useCatalogue()
  useTitle(t.nav.onAir)
  const [search, setSearch] = useSearchParams()
  const query = search.get('q') ?? ''
  const [isPaused, setPaused] = useState(false)
  const channels = useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => listChannels(signal),
    refetchInterval: refreshMs,
  })
  const all = channels.data
  const shown = useMemo(() => findChannels(all ?? [], query, locale), [all, query, locale])
  const onAir = (all ?? []).filter(({ state }) => state !== 'offline').length
  const ask = (text: string): void => {
    setSearch(
      (before) => {
        const after = new URLSearchParams(before)
        if (text === '') after.delete('q')
        else after.set('q', text)
        return after
      },
      { replace: true },
    )
  }
  const opened = useOpened()
  useShortcuts(t.keys.onAir, [
    { keys: ['p'], label: t.keys.pause, run: () => setPaused((before) => !before) },
  ])
  return (
    <div className="page" aria-busy={all === undefined}>
      <div className="on-air-head">
        <div className="on-air-title">
          <h1>
            {all === undefined
              ? t.onAir.loading
              : onAir === 0
                ? t.onAir.headingNone
                : t.onAir.heading(onAir)}
          </h1>
          <p className="lead">{t.onAir.lead}</p>
        </div>
        {all?.length !== 0 && (
          <>
            <button
              type="button"
              className="pause"
              aria-pressed={isPaused}
              onClick={() => setPaused(!isPaused)}
            >
              {isPaused ? t.onAir.resume : t.onAir.pause}
            </button>
            <FilterBox query={query} onChange={ask} />
          </>
        )}
      </div>
      <p role="status" className="quiet">
        {query !== '' && all !== undefined && t.onAir.found(shown.length)}
      </p>
      {channels.isError && all === undefined && <p role="alert">{t.onAir.failed}</p>}
      {all?.length === 0 && <NoChannels />}
      {all !== undefined && all.length > 0 && shown.length === 0 && (
        <p className="muted">{t.onAir.none(query)}</p>
      )}
      {query !== '' && (
        <p className="search-for">
          <Link href={`/search?q=${encodeURIComponent(query)}`}>{t.onAir.searchFor(query)}</Link>
        </p>
      )}
      {query !== '' && (
        <Suspense>
          <FoundProgrammes query={query} channels={all ?? []} />
        </Suspense>
      )}
      {query !== '' && shown.length > 0 && <h2 className="found-head">{t.onAir.channelsFound}</h2>}
      <Networks channels={shown} {...{ isPaused, opened }} />
    </div>
  )
}

/** The box; once it is scrolled past, the same box stands in the page's bar, so that it keeps the focus. */
function FilterBox({
  query,
  onChange,
}: {
  readonly query: string
  readonly onChange: (query: string) => void
}): ReactNode {
  const t = useMessages()
  const id = useId()
  const [mark, isPast] = useIsPast()
  return (
    <div className="filter-place" ref={mark}>
      <div className={isPast ? 'filter docked' : 'filter'} role="search">
        <label htmlFor={id} className="quiet">
          {t.onAir.filter}
        </label>
        <input
          id={id}
          type="search"
          value={query}
          placeholder={t.onAir.filterPlaceholder}
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
        />
      </div>
    </div>
  )
}

function NoChannels(): ReactNode {
  const t = useMessages()
  return (
    <div className="empty">
      <p>{t.onAir.empty}</p>
      <p>{t.onAir.emptyHow}</p>
      <pre>
        <code>
          {`npx --no-install ccr channel add news-one --name "News One"
npx --no-install ccr token create --channel news-one
CCR_TOKEN=… npx --no-install ccr send --server ${location.origin} --channel news-one --input recording.ts`}
        </code>
      </pre>
    </div>
  )
}
