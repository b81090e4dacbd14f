import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Channel, List, Quality } from '../../../../protocol/api.ts'
import { get } from '../../../data/api.ts'
import { useCatalogue } from '../../../messages/catalogue.tsx'
import { useChannelMessages } from '../../../messages/channel/use-channel-messages.ts'
import { Facts } from '../../../shared/facts.tsx'
import { nameOfCountry, nameOfLanguage, nameOfTrack } from '../../../shared/channels/names.ts'

const refreshMs = 60_000

/** What a channel is, in its operator’s words, and how it has been lately. */
export function ChannelAbout({ channel }: { readonly channel: Channel }): ReactNode {
  const { locale } = useCatalogue()
  const t = useChannelMessages().panel
  const { description, network, country, languages, tracks, timeZone, website, tags } = channel
  const facts: readonly (readonly [string, ReactNode])[] = [
    [t.network, network],
    [t.place, country === null ? null : (nameOfCountry(country, locale) ?? country)],
    [t.languages, joined(languages.map((tag) => nameOfLanguage(tag, locale) ?? tag))],
    [t.tracks, joined(tracks.map((track) => nameOfTrack(track, locale)))],
    [t.clock, timeZone.replaceAll('_', ' ')],
    [t.today, <LastDay key="today" id={channel.id} />],
    [
      t.website,
      website === null ? null : (
        <a key="website" href={website} rel="noreferrer">
          {nameOfSite(website)}
        </a>
      ),
    ],
  ]
  return (
    <div className="about">
      {description !== null && (
        <p dir="auto" className="about-text">
          {description}
        </p>
      )}
      <Facts of={facts} />
      {tags.length > 0 && (
        <ul className="about-tags" aria-label={t.tags}>
          {tags.map((tag) => (
            <li key={tag}>
              <Link href={`/?q=${encodeURIComponent(tag)}`}>{tag}</Link>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function LastDay({ id }: { readonly id: string }): ReactNode {
  const { locale } = useCatalogue()
  const t = useChannelMessages().panel
  const { data } = useQuery({
    queryKey: ['last-day', id],
    queryFn: ({ signal }) =>
      get<List<Quality>>(`/channels/${encodeURIComponent(id)}/quality`, signal),
    refetchInterval: refreshMs,
  })
  if (data === undefined) return '…'
  const sum = (of: (hour: Quality) => number): number =>
    data.items.reduce((all, hour) => all + of(hour), 0)
  const minutes = sum(({ monitoredMinutes }) => monitoredMinutes)
  if (minutes === 0) return t.nothing
  const lengthMs = sum(({ from, to }) => Date.parse(to) - Date.parse(from))
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
  return [
    t.heard(percent.format(Math.min(1, (minutes * 60_000) / lengthMs))),
    t.lines(new Intl.NumberFormat(locale).format(sum(({ cues }) => cues))),
    t.pace(Math.round(sum(({ words }) => words) / minutes)),
  ].join(' · ')
}

function joined(parts: readonly string[]): string | null {
  return parts.length === 0 ? null : parts.join(', ')
}

function nameOfSite(address: string): string {
  try {
    return new URL(address).host
  } catch {
    return address
  }
}
