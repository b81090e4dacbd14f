import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { Link, useSearchParams } from 'wouter'
import type { Channel } from '../../../protocol/api.ts'
import { ApiError, getChannel } from '../../data/api.ts'
import { useFeed, useFeedView } from '../../data/live.ts'
import { useCatalogue, useMessages } from '../../messages/catalogue.tsx'
import { Monogram } from '../../shared/monogram.tsx'
import { nameOfTrack } from '../../shared/names.ts'
import { StateMark } from '../../shared/state-mark.tsx'
import { useTitle } from '../../shared/use-title.ts'
import { TimeForm } from './time-form.tsx'
import { Transcript } from './transcript.tsx'

const refreshMs = 10_000

/** One channel: what is being said, and everything that was. */
export default function ChannelPage({ id }: { readonly id: string }): ReactNode {
  const t = useMessages()
  const channel = useQuery({
    queryKey: ['channel', id],
    queryFn: ({ signal }) => getChannel(id, signal),
    refetchInterval: refreshMs,
    retry: (count, error) => !(error instanceof ApiError && error.status < 500) && count < 3,
  })
  useTitle(channel.data?.name ?? id)
  if (channel.data !== undefined) return <Loaded channel={channel.data} />
  if (channel.isError)
    return (
      <div className="page empty">
        <h1>{t.channel.missing}</h1>
        <p>
          <Link href="/">{t.channel.back}</Link>
        </p>
      </div>
    )
  return <div className="page" aria-busy="true" />
}

function Loaded({ channel }: { readonly channel: Channel }): ReactNode {
  const { messages: t, locale } = useCatalogue()
  const [search, setSearch] = useSearchParams()
  const [isAnnounced, setAnnounced] = useState(false)
  const feed = useFeed(channel.id)
  const { cues } = useFeedView(feed)
  const tracks = channel.tracks.length > 0 ? channel.tracks : tracksOf(cues)
  const track = search.get('track') ?? tracks[0]?.track ?? 'CC1'
  const at = search.get('t')
  const choose = (name: string, value: string | null): void => {
    setSearch((before) => {
      const next = new URLSearchParams(before)
      if (value === null) next.delete(name)
      else next.set(name, value)
      return next
    })
  }
  return (
    <div className="channel">
      <div className="channel-head">
        <Monogram name={channel.name} />
        <div className="channel-names">
          <h1>{channel.name}</h1>
          <p className="muted">
            <StateMark state={channel.state} />
            {channel.now !== null && (
              <span>
                {t.channel.now}: <strong>{channel.now.title}</strong>
              </span>
            )}
          </p>
        </div>
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
          <TimeForm onGo={(time) => choose('t', time)} />
          <label className="check">
            <input
              type="checkbox"
              checked={isAnnounced}
              onChange={(event) => setAnnounced(event.target.checked)}
            />
            <span>{t.channel.readAloud}</span>
          </label>
        </div>
      </div>
      <Transcript
        key={`${track} ${at ?? ''}`}
        channel={channel}
        feed={feed}
        track={track === '*' ? null : track}
        at={at}
        isAnnounced={isAnnounced}
        onLive={() => choose('t', null)}
      />
    </div>
  )
}

function tracksOf(cues: readonly { track: string; language: string | null }[]): Channel['tracks'] {
  const known = new Map(cues.map(({ track, language }) => [track, { track, language }]))
  return [...known.values()].sort((a, b) => (a.track < b.track ? -1 : 1))
}
