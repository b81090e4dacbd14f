import { useCallback, useSyncExternalStore } from 'react'
import type { Draft } from '../../protocol/live/live.ts'
import type { LiveConnection } from '../../protocol/live/live-client.ts'
import { ChannelFeed, type FeedView } from './channel-feed.ts'
import { LiveLink } from './live-link.ts'

/** Past cues that a new subscription brings along. */
const backlog = 30

/** A channel stays followed this long after the last one looked, so that going from page to page keeps it. */
const lingerMs = 3000
/** A channel that was refused may be opened later. */
const askAgainMs = 15_000

interface Followed {
  readonly feed: ChannelFeed
  users: number
  timer: number | undefined
}

/** One socket for the whole page: channels are followed while somebody looks at them. */
class LiveData {
  readonly #link: LiveLink
  readonly #feeds = new Map<string, Followed>()
  readonly #listeners = new Set<() => void>()

  constructor() {
    this.#link = new LiveLink({
      event: (event) => {
        if (event.type !== 'bye') this.#feeds.get(event.channel)?.feed.take(event)
      },
      state: () => {
        for (const listener of this.#listeners) listener()
      },
      problem: ({ channel }) => {
        if (channel !== null) this.#refused(channel)
      },
    })
  }

  readonly connection = (): LiveConnection => this.#link.client.connection

  readonly onConnection = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly tryNow = (): void => this.#link.tryNow()

  feed(channel: string): ChannelFeed {
    let known = this.#feeds.get(channel)
    if (known === undefined) {
      known = { feed: new ChannelFeed(channel), users: 0, timer: undefined }
      this.#feeds.set(channel, known)
    }
    return known.feed
  }

  /** Follows the feed's channel until the returned function is called. */
  follow(feed: ChannelFeed): () => void {
    const { channel } = feed
    let known = this.#feeds.get(channel)
    // The feed was let go of between the render that asked for it and now.
    if (known?.feed !== feed) this.#feeds.set(channel, (known = { feed, users: 0, timer: undefined }))
    const followed = known
    if (++followed.users === 1) {
      if (followed.timer === undefined) this.#subscribe(feed)
      clearTimeout(followed.timer)
      followed.timer = undefined
    }
    return () => {
      if (--followed.users > 0) return
      followed.timer = window.setTimeout(() => {
        this.#link.client.unsubscribe(channel)
        this.#feeds.delete(channel)
      }, lingerMs)
    }
  }

  #subscribe(feed: ChannelFeed): void {
    feed.beginAnew()
    this.#link.client.subscribe(feed.channel, { backlog })
  }

  #refused(channel: string): void {
    const followed = this.#feeds.get(channel)
    if (followed === undefined) return
    followed.feed.refuse()
    setTimeout(() => {
      if (this.#feeds.get(channel) === followed && followed.users > 0) this.#subscribe(followed.feed)
    }, askAgainMs)
  }
}

const live = new LiveData()

/** Ends the wait for the next attempt. */
export const tryNow = live.tryNow

export function useConnection(): LiveConnection {
  return useSyncExternalStore(live.onConnection, live.connection)
}

/** The feed of a channel, followed while the component is there and, where it says so, wants to be told. */
export function useFeed(channel: string, isFollowed = true): ChannelFeed {
  const follow = useCallback(
    () => (isFollowed ? live.follow(live.feed(channel)) : () => undefined),
    [channel, isFollowed],
  )
  return useSyncExternalStore(follow, () => live.feed(channel))
}

export function useFeedView(feed: ChannelFeed): FeedView {
  return useSyncExternalStore(feed.onView, feed.view)
}

export function useDrafts(feed: ChannelFeed): readonly Draft[] {
  return useSyncExternalStore(feed.onDrafts, feed.drafts)
}
