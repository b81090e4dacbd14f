import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import type { Channel, ChannelTrack, Cue } from '../../../protocol/api.ts'
import type { Draft } from '../../../protocol/live/live.ts'
import { ApiError, getChannel } from '../../data/api.ts'
import type { ChannelFeed } from '../../data/channel-feed.ts'
import { useDrafts, useFeed, useFeedView } from '../../data/live.ts'
import { theme } from '../../shared/settings/choices.ts'
import { useKept } from '../../shared/settings/kept.ts'
import { tracksOf } from '../../shared/captions/tracks-of.ts'
import type { FrameSettings } from './parameters.ts'

const refreshMs = 20_000

export interface Embedded {
  readonly feed: ChannelFeed
  readonly channel: Channel | undefined
  /** It does not exist, or is not open to whoever looks. */
  readonly isClosed: boolean
  /** By name: what the channel lists, or what was heard of it. */
  readonly tracks: readonly ChannelTrack[]
}

/** A channel followed for ever: what cannot be had now is asked for again, whatever the reason. */
export function useEmbedded(id: string): Embedded {
  const channel = useQuery({
    queryKey: ['channel', id],
    queryFn: ({ signal }) => getChannel(id, signal),
    refetchInterval: refreshMs,
    refetchIntervalInBackground: true,
    retry: false,
  })
  const feed = useFeed(id)
  const { cues, isRefused } = useFeedView(feed)
  const listed = channel.data?.tracks
  const tracks = useMemo(() => tracksOf(listed, cues), [listed, cues])
  const { error } = channel
  const isUnknown = error instanceof ApiError && error.status < 500 && error.status !== 429
  return { feed, channel: channel.data, isClosed: isUnknown || isRefused, tracks }
}

export interface Followed {
  readonly track: ChannelTrack
  readonly cues: readonly Cue[]
  readonly draft: Draft | undefined
}

/** One track: the one asked for, or the first there is. */
export function useTrack({ feed, tracks }: Embedded, asked: string | undefined): Followed {
  const all = useFeedView(feed).cues
  const name = asked ?? tracks[0]?.track ?? 'CC1'
  const language = tracks.find(({ track }) => track === name)?.language ?? null
  const cues = useMemo(() => all.filter(({ track }) => track === name), [all, name])
  const draft = useDrafts(feed).find(({ track }) => track === name)
  return { track: { track: name, language }, cues, draft }
}

/** The page looks as its address says; `auto` is what whoever looks has chosen. public/first.js does the same at the start. */
export function useEmbedTheme(asked: FrameSettings['theme']): void {
  const own = useKept(theme)
  useEffect(() => {
    const { dataset } = document.documentElement
    const wanted = asked === 'auto' ? own : asked
    if (wanted === 'system') delete dataset['theme']
    else dataset['theme'] = wanted
  }, [asked, own])
}
