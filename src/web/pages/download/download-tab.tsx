import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import type { Channel } from '../../../protocol/api.ts'
import { useDownloadMessages } from '../../messages/download.ts'
import { useZone } from '../../shared/settings/choices.ts'
import { ChannelHead } from '../channel/channel-head.tsx'
import { placeLeft } from '../channel/place-left.ts'
import { useCoverage, useLatest } from '../../data/day.ts'
import { DayStrip } from './day-strip.tsx'
import { DayView } from './day-view.tsx'
import { dayOf, weekOf, type Day } from '../../shared/time/days.ts'
import './download.css'
import { useAddress } from './use-address.ts'

/** What a channel said, as files: any day, its programmes and hours, down to single lines. */
export default function DownloadTab({ channel }: { readonly channel: Channel }): ReactNode {
  return (
    <div className="download">
      <ChannelHead channel={channel} tab="download" />
      <DownloadPane channel={channel} />
    </div>
  )
}

/** The tab without the channel’s name above it. */
export function DownloadPane({ channel }: { readonly channel: Channel }): ReactNode {
  return channel.policy.export ? <Open channel={channel} /> : <Closed channel={channel} />
}

function Closed({ channel }: { readonly channel: Channel }): ReactNode {
  const t = useDownloadMessages()
  return (
    <div className="page empty">
      <h2>{t.closed}</h2>
      <p className="muted">{t.closedWhy}</p>
      <p>
        <Link href={`/c/${channel.id}`}>{t.read}</Link>
      </p>
    </div>
  )
}

function Open({ channel }: { readonly channel: Channel }): ReactNode {
  const t = useDownloadMessages()
  const zone = useZone(channel.timeZone)
  const { address } = useAddress()
  const latest = useLatest(channel.id, null)
  if (latest === null && address.day === null)
    return (
      <div className="page empty">
        <h2>{t.never}</h2>
        <p>
          <Link href={`/c/${channel.id}`}>{t.read}</Link>
        </p>
      </div>
    )
  const asked = address.span?.from ?? placeLeft(channel.id)?.at ?? latest
  const day = address.day ?? (asked == null ? null : dayOf(asked, zone))
  if (day === null) return <p className="page waiting muted">{t.measuring}</p>
  return <Days channel={channel} zone={zone} asked={day} />
}

function Days(props: {
  readonly channel: Channel
  readonly zone: string
  readonly asked: Day
}): ReactNode {
  const { channel, zone, asked } = props
  const { address, change, hrefOf } = useAddress()
  const [, navigate] = useLocation()
  const today = dayOf(new Date().toISOString(), zone)
  const day = asked > today ? today : asked
  const tracks = channel.tracks
  const track = address.track === '*' ? null : (address.track ?? tracks[0]?.track ?? null)
  const week = weekOf(day, today)
  const coverage = useCoverage(channel.id, week, zone)
  const hrefOfDay = (to: Day): string => hrefOf({ day: to, from: null, to: null })
  return (
    <div className="download-body">
      <DayStrip
        day={day}
        today={today}
        coverage={coverage}
        hrefOf={hrefOfDay}
        onGo={(to) => navigate(hrefOfDay(to))}
      />
      <DayView
        key={`${day} ${zone}`}
        channel={channel}
        day={day}
        zone={zone}
        tracks={tracks}
        track={track}
        address={address}
        change={change}
        hrefOfDay={hrefOfDay}
      />
    </div>
  )
}
