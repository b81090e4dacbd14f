import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useState, type ReactNode } from 'react'
import { Link, useLocation, useSearchParams } from 'wouter'
import type { Channel, Cue } from '../../../protocol/api.ts'
import { ApiError, getChannel } from '../../data/api.ts'
import { useFeed, useFeedView } from '../../data/live.ts'
import { useKeptLines } from '../../data/kept-lines.ts'
import { useCatalogue, useMessages } from '../../messages/catalogue.tsx'
import { useChannelMessages } from '../../messages/channel/use-channel-messages.ts'
import { useZone } from '../../shared/settings/choices.ts'
import { Disclosure } from '../../shared/disclosure.tsx'
import { nameOfTrack } from '../../shared/channels/names.ts'
import { useTitle } from '../../shared/use-title.ts'
import { ChannelHead, type Tab } from './channel-head.tsx'
import { DayBar, useProgrammeSteps } from './day/day-bar.tsx'
import { Reading } from './day/reading.ts'
import { TextSettings } from './text-settings.tsx'
import { TimeForm } from './time-form.tsx'
import { Transcript } from './transcript/transcript.tsx'
import { useRememberedPlace } from './transcript/use-remembered-place.ts'
import { ToolLabel } from './tool-label.tsx'
import { tracksOf } from '../../shared/captions/tracks-of.ts'
import { useChannelKeys } from './use-channel-keys.ts'

const ShareMoment = lazy(() => import('./share-moment.tsx'))
const FindBar = lazy(() => import('./find-bar.tsx'))
const DownloadTab = lazy(() => import('../download/download-tab.tsx'))

const refreshMs = 10_000

/** One channel: what is being said, and everything that was. */
export default function ChannelPage(props: {
  readonly id: string
  /** The moment that a permalink names. */
  readonly time: string | null
  readonly tab?: Tab
}): ReactNode {
  const { id, time, tab } = props
  const t = useMessages()
  const channel = useQuery({
    queryKey: ['channel', id],
    queryFn: ({ signal }) => getChannel(id, signal),
    refetchInterval: refreshMs,
    retry: (count, error) => !(error instanceof ApiError && error.status < 500) && count < 3,
  })
  const status = channel.error instanceof ApiError ? channel.error.status : undefined
  const { data } = channel
  const title = data?.name ?? (status === 404 ? t.channel.missing : id)
  useTitle(tab === 'download' ? `${t.channel.tabs.download} · ${title}` : title)
  if (data !== undefined && tab === 'download') return <DownloadTab channel={data} />
  if (data !== undefined) return <Loaded channel={data} time={time} isGone={status === 404} />
  if (!channel.isError)
    return (
      <p className="page waiting muted" role="status">
        {t.channel.loading}
      </p>
    )
  return (
    <div className="page empty">
      <h1>
        {status === 404
          ? t.channel.missing
          : status === 401 || status === 403
            ? t.channel.closed
            : t.channel.failed}
      </h1>
      {status === 404 && <p className="muted">{t.channel.missingWhy(id)}</p>}
      <p>
        <Link href="/">{t.channel.back}</Link>
      </p>
    </div>
  )
}

function Loaded(props: {
  readonly channel: Channel
  readonly time: string | null
  readonly isGone: boolean
}): ReactNode {
  const { channel, time, isGone } = props
  const { messages: t, locale } = useCatalogue()
  const more = useChannelMessages()
  const [search, setSearch] = useSearchParams()
  const [, navigate] = useLocation()
  const [isAnnounced, setAnnounced] = useState(false)
  const feed = useFeed(channel.id)
  const { cues, isRefused } = useFeedView(feed)
  const zone = useZone(channel.timeZone)
  const tracks = tracksOf(channel.tracks, cues)
  const trackAsked = search.get('track')
  const track = trackAsked ?? tracks[0]?.track ?? 'CC1'
  useKeptLines(channel, track, cues)
  const moment = momentOf(time ?? search.get('t'))
  const { place, forget } = useRememberedPlace(moment)
  const at = place?.at ?? moment
  const find = search.get('find')
  const choose = (name: string, value: string | null): void => {
    setSearch((before) => {
      const next = new URLSearchParams(before)
      if (value === null) next.delete(name)
      else next.set(name, value)
      return next
    })
  }
  const goTo = (to: string | null): void => navigate(addressOf(channel.id, to, search))
  // From hit to hit is one step of the browser's history.
  const goToHit = useCallback(
    (to: string) => navigate(addressOf(channel.id, to, search), { replace: true }),
    [channel.id, search, navigate],
  )
  const [reading] = useState(() => new Reading())
  const [quoted, setQuoted] = useState<readonly Cue[]>([])
  const step = useProgrammeSteps(channel.id, reading, goTo)
  const goLive = (): void => {
    forget()
    goTo(null)
  }
  const toggleFind = (): void => choose('find', find === null ? '' : null)
  useChannelKeys({ step, goLive, toggleFind, reading })
  return (
    <div className="channel">
      <ChannelHead channel={channel} tab="transcript">
        <div className="channel-tools">
          {tracks.length > 1 && (
            <label>
              <span>{t.channel.track}</span>
              <select value={track} onChange={(event) => choose('track', event.target.value)}>
                {tracks.map((one) => (
                  <option key={one.track} value={one.track}>
                    {nameOfTrack(one, locale)}
                  </option>
                ))}
                <option value="*">{t.channel.allTracks}</option>
              </select>
            </label>
          )}
          <button type="button" aria-pressed={find !== null} onClick={toggleFind}>
            <ToolLabel tool="find">{t.channel.find}</ToolLabel>
          </button>
          <Disclosure label={<ToolLabel tool="time">{t.channel.jump}</ToolLabel>}>
            <TimeForm zone={zone} onGo={goTo} />
          </Disclosure>
          <TextSettings />
          <Disclosure
            className="share-moment"
            label={<ToolLabel tool="share">{more.share.label}</ToolLabel>}
            onOpen={() => setQuoted(reading.actions.quote())}
          >
            {quoted.length === 0 ? (
              <p className="muted">{more.share.none}</p>
            ) : (
              <Suspense>
                <ShareMoment {...{ channel, zone }} cues={quoted} track={trackAsked} />
              </Suspense>
            )}
          </Disclosure>
        </div>
      </ChannelHead>
      <DayBar {...{ channel, zone, reading, step }} onGo={goTo} />
      {find !== null && (
        <Suspense>
          <FindBar
            key={find}
            channel={channel.id}
            track={track === '*' ? null : track}
            words={find}
            at={moment}
            onFind={(words) => choose('find', words)}
            onHit={goToHit}
            onClose={() => choose('find', null)}
          />
        </Suspense>
      )}
      {(isGone || isRefused) && (
        <p className="banner" role="status">
          {isGone ? t.channel.removed : more.refused}
        </p>
      )}
      <Transcript
        key={`${track} ${at ?? ''}`}
        channel={channel}
        tracks={tracks}
        feed={feed}
        track={track === '*' ? null : track}
        trackAsked={trackAsked}
        at={at}
        place={place}
        zone={zone}
        isAnnounced={isAnnounced}
        onAnnounce={setAnnounced}
        onLive={goLive}
        reading={reading}
      />
    </div>
  )
}

/** A permalink keeps what else the address says. */
function addressOf(channel: string, moment: string | null, search: URLSearchParams): string {
  const rest = new URLSearchParams(search)
  rest.delete('t')
  const path = moment === null ? `/c/${channel}` : `/c/${channel}/${moment}`
  return rest.size === 0 ? path : `${path}?${rest.toString()}`
}

/** The address may say anything; what is no moment means the present. */
function momentOf(text: string | null): string | null {
  const at = text === null ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) ? null : new Date(at).toISOString()
}
