import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react'
import type { Cue } from '../../protocol/api.ts'
import type { LiveEvent } from '../../protocol/live/live.ts'
import { isRemoved } from '../../protocol/removed.ts'
import { compareCues, keyOf } from './channel-feed.ts'
import { LiveLink } from './live-link.ts'

/** Past matches that a new subscription brings along, as far as the server has them at hand. */
const backlog = 20
/** Matches of a channel that are kept. */
const most = 60

interface Followed {
  cues: readonly Cue[]
  users: number
  readonly listeners: Set<() => void>
}

const none: readonly Cue[] = []

/**
 * The lines of live channels that a query matches, as the server tells them: the language has one reader, which is
 * there. A subscription has one query, so these have a connection of their own, beside the one that tells all lines.
 */
export class LiveMatches {
  readonly #link: LiveLink
  readonly #query: string
  readonly #channels = new Map<string, Followed>()
  #version = 0

  constructor(query: string) {
    this.#query = query
    this.#link = new LiveLink({ event: (event) => this.#take(event) })
  }

  /** Another number whenever something was matched or taken back. */
  get version(): number {
    return this.#version
  }

  /** By start; the newest `most` of them. */
  cues(channel: string): readonly Cue[] {
    return this.#channels.get(channel)?.cues ?? none
  }

  /** Follows a channel until the returned function is called. */
  follow(channel: string, listener: () => void): () => void {
    let known = this.#channels.get(channel)
    if (known === undefined) this.#channels.set(channel, (known = { cues: none, users: 0, listeners: new Set() }))
    const followed = known
    followed.listeners.add(listener)
    if (++followed.users === 1) this.#link.client.subscribe(channel, { query: this.#query, backlog })
    return () => {
      followed.listeners.delete(listener)
      if (--followed.users === 0) this.#link.client.unsubscribe(channel)
    }
  }

  close(): void {
    this.#link.close()
  }

  #take(event: LiveEvent): void {
    if (event.type === 'bye') return
    const followed = this.#channels.get(event.channel)
    if (followed === undefined) return
    if (event.type === 'snapshot') followed.cues = merge(followed.cues, event.cues)
    else if (event.type === 'cue') followed.cues = merge(followed.cues, [event])
    else if (event.type === 'removed')
      followed.cues = followed.cues.filter((cue) => !isRemoved(cue, event))
    else return
    this.#version++
    for (const listener of followed.listeners) listener()
  }
}

function merge(known: readonly Cue[], more: readonly Cue[]): readonly Cue[] {
  const all = new Map([...known, ...more].map((cue) => [keyOf(cue), cue]))
  return [...all.values()].sort(compareCues).slice(-most)
}

/** The matches of a query, '' = none, while the component is there. */
export function useLiveMatches(query: string): LiveMatches | null {
  const matches = useMemo(() => (query === '' ? null : new LiveMatches(query)), [query])
  useEffect(() => () => matches?.close(), [matches])
  return matches
}

export function useMatchesOf(
  matches: LiveMatches | null,
  channel: string,
  isFollowed: boolean,
): readonly Cue[] {
  const follow = useCallback(
    (listener: () => void) =>
      matches === null || !isFollowed ? () => undefined : matches.follow(channel, listener),
    [matches, channel, isFollowed],
  )
  return useSyncExternalStore(follow, () => matches?.cues(channel) ?? none)
}

/** The newest matches of several channels together, by start. */
export function useNewestMatches(
  matches: LiveMatches | null,
  channels: readonly string[],
  count: number,
): readonly Cue[] {
  const follow = useCallback(
    (listener: () => void) => {
      const ends = channels.flatMap((channel) => matches?.follow(channel, listener) ?? [])
      return () => {
        for (const end of ends) end()
      }
    },
    [matches, channels],
  )
  useSyncExternalStore(follow, () => matches?.version ?? 0)
  const cues = channels.flatMap((channel) => matches?.cues(channel) ?? none)
  return cues.sort(compareCues).slice(-count)
}
