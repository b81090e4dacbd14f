import { useQuery } from '@tanstack/react-query'
import { useId, useMemo, useState, type ReactNode } from 'react'
import { Link, useSearchParams } from 'wouter'
import type { Channel } from '../../../protocol/api.ts'
import { listChannels } from '../../data/api.ts'
import { useCatalogue, useMessages, type Locale } from '../../messages/catalogue.tsx'
import { nameOfCountry, nameOfLanguage } from '../../shared/names.ts'
import { useTitle } from '../../shared/use-title.ts'
import { ChannelCard } from './channel-card.tsx'
import { useIsPast } from './use-is-past.ts'

const refreshMs = 10_000
const mostOnWall = 8
/** Cards side by side on the widest screens. */
const mostColumns = 4

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
  const shown = useMemo(() => filter(all ?? [], query, locale), [all, query, locale])
  const onAir = (all ?? []).filter(({ state }) => state !== 'offline').length
  const ask = (text: string): void => {
    setSearch(text === '' ? {} : { q: text }, { replace: true })
  }
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
      <div className="networks">
        {byNetwork(shown, t.onAir.otherNetworks).map(([network, members]) => (
          <section
            key={network}
            className={`network span-${Math.min(members.length, mostColumns)}`}
            aria-label={network}
          >
            <div className="network-head">
              <h2 dir="auto">{network}</h2>
              {members.length > 1 && (
                <Link
                  href={`/wall?c=${members
                    .slice(0, mostOnWall)
                    .map(({ id }) => id)
                    .join(',')}`}
                >
                  {t.onAir.openWall}
                  <span className="quiet">: {network}</span>
                </Link>
              )}
            </div>
            <ul className="cards">
              {members.map((channel) => (
                <ChannelCard key={channel.id} channel={channel} isPaused={isPaused} />
              ))}
            </ul>
          </section>
        ))}
      </div>
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

/** By name, those that are off after the others. */
function byNetwork(channels: readonly Channel[], other: string): [string, Channel[]][] {
  const names = new Intl.Collator(undefined, { numeric: true })
  const isOff = ({ state }: Channel): number => (state === 'offline' ? 1 : 0)
  const groups = new Map<string, Channel[]>()
  for (const channel of channels) {
    const network = channel.network ?? other
    groups.set(network, [...(groups.get(network) ?? []), channel])
  }
  for (const members of groups.values())
    members.sort((a, b) => isOff(a) - isOff(b) || names.compare(a.name, b.name))
  return [...groups].sort(([a], [b]) => names.compare(a, b))
}

/** Every word typed must be in the name, network, programme, country or languages, as code or as word. */
function filter(channels: readonly Channel[], query: string, locale: Locale): readonly Channel[] {
  const words = plain(query)
    .split(/\s+/)
    .filter((word) => word !== '')
  if (words.length === 0) return channels
  return channels.filter((channel) => {
    const { id, name, network, country, languages, tags, now } = channel
    const said = [id, name, network, country, ...tags, ...languages, now?.title]
    if (country !== null) said.push(nameOfCountry(country, locale))
    for (const language of languages) said.push(nameOfLanguage(language, locale))
    const text = plain(said.filter((part) => part != null).join(' '))
    return words.every((word) => text.includes(word))
  })
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
}
