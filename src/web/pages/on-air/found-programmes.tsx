import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import { Link } from 'wouter'
import type { Airing, Channel, List, Programme } from '../../../protocol/api.ts'
import { get } from '../../data/api.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { useProgrammeMessages } from '../../messages/programmes/use-programme-messages.ts'
import { ChannelMark } from '../../shared/channels/channel-mark.tsx'
import { useZone } from '../../shared/settings/choices.ts'
import { formatClock, formatShortDay } from '../../shared/time/times.ts'
import './found-programmes.css'

/** Typing that pauses this long is a question. */
const typedMs = 250
const fewestLetters = 2
const shownFirst = 6
const shownAtMost = 50
const airingsAtMost = 100

interface Found extends List<Programme> {
  readonly total: number
}

/** Programmes whose titles have the words, with their latest broadcasts, each a link to what was said in it. */
export default function FoundProgrammes(props: {
  readonly query: string
  readonly channels: readonly Channel[]
}): ReactNode {
  const { channels } = props
  const t = useProgrammeMessages()
  const query = useSettled(props.query.trim())
  const [isWhole, setWhole] = useState(false)
  const limit = isWhole ? shownAtMost : shownFirst
  const { data, isError } = useQuery({
    queryKey: ['programmes', query, limit],
    queryFn: ({ signal }) =>
      get<Found>(`/programmes?${new URLSearchParams({ q: query, limit: String(limit) })}`, signal),
    // What has no word in it is no question.
    enabled: query.length >= fewestLetters && /[\p{L}\p{N}]/u.test(query),
    placeholderData: keepPreviousData,
    retry: 1,
  })
  const items = data?.items ?? []
  if (query.length < fewestLetters || (items.length === 0 && !isError)) return null
  return (
    <section className="found-programmes" aria-labelledby="programmes-found">
      <h2 id="programmes-found" className="found-head">
        {t.heading}
      </h2>
      <p role="status" className={isError ? 'muted' : 'quiet'}>
        {isError ? t.failed : t.found(data?.total ?? 0)}
      </p>
      <ul>
        {items.map((programme) => {
          const channel = channels.find(({ id }) => id === programme.channel)
          return (
            channel !== undefined && (
              <FoundProgramme
                key={`${programme.channel} ${programme.title}`}
                {...{ programme, channel }}
              />
            )
          )
        })}
      </ul>
      {(data?.total ?? 0) > items.length && !isWhole && (
        <button type="button" onClick={() => setWhole(true)}>
          {t.more}
        </button>
      )}
    </section>
  )
}

function FoundProgramme(props: {
  readonly programme: Programme
  readonly channel: Channel
}): ReactNode {
  const { programme, channel } = props
  const { title, count, airings } = programme
  const t = useProgrammeMessages()
  const [isWhole, setWhole] = useState(false)
  const { data, isFetching, isError } = useQuery({
    queryKey: ['airings of', channel.id, title],
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams({
        ...{ q: title, channel: channel.id, airings: String(airingsAtMost), limit: '100' },
      })
      const { items } = await get<Found>(`/programmes?${query.toString()}`, signal)
      return items.find((one) => one.title === title)?.airings ?? []
    },
    enabled: isWhole,
  })
  return (
    <li className="found-programme">
      <ChannelMark channel={channel} />
      <div>
        <h3 dir="auto">{title}</h3>
        <p className="muted">
          <span dir="auto">{channel.name}</span> · {t.airings(count)}
        </p>
        <ul className="found-airings">
          {(data ?? airings).map((airing) => (
            <li key={airing.id}>
              <AiringLink {...{ airing, channel }} />
            </li>
          ))}
          {count > airings.length && data === undefined && (
            <li>
              <button type="button" disabled={isFetching} onClick={() => setWhole(true)}>
                {isError ? t.again : t.all(Math.min(count, airingsAtMost))}
                <span className="quiet">: {title}</span>
              </button>
            </li>
          )}
        </ul>
      </div>
    </li>
  )
}

function AiringLink({ airing, channel }: { airing: Airing; channel: Channel }): ReactNode {
  const { locale } = useCatalogue()
  const zone = useZone(channel.timeZone)
  const { start, end } = airing
  return (
    <Link href={`/c/${channel.id}/${start}`}>
      <time dateTime={start}>
        {formatShortDay(start, zone, locale)}, {formatClock(start, zone, locale).slice(0, 5)}
        {end !== null && `–${formatClock(end, zone, locale).slice(0, 5)}`}
      </time>
    </Link>
  )
}

/** The value once it has not changed for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), typedMs)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}
