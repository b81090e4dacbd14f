import { useEffect, useMemo, useSyncExternalStore } from 'react'
import type { Draft } from '../../protocol/live.ts'
import { LiveClient, type LiveConnection, type LiveSocket } from '../../protocol/live-client.ts'
import { ChannelFeed, type FeedView } from './channel-feed.ts'

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
  readonly #client: LiveClient
  readonly #feeds = new Map<string, Followed>()
  readonly #listeners = new Set<() => void>()
  readonly #timers = new Map<number, () => void>()

  constructor() {
    const url = new URL('/api/v1/live', location.href)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    this.#client = new LiveClient({
      url: url.href,
      openSocket: (address, protocols) => new WebSocket(address, protocols) as unknown as LiveSocket,
      handlers: {
        event: (event) => {
          if (event.type !== 'bye') this.#feeds.get(event.channel)?.feed.take(event)
        },
        state: () => {
          for (const listener of this.#listeners) listener()
        },
        problem: ({ channel }) => {
          if (channel !== null) this.#refused(channel)
        },
      },
      now: Date.now,
      random: Math.random,
      setTimer: (run, ms) => this.#setTimer(run, ms),
      clearTimer: (timer) => this.#clearTimer(timer as number),
    })
    // A phone that wakes, or finds its network again, does not sit out a long wait.
    window.addEventListener('online', this.tryNow)
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.tryNow()
    })
  }

  readonly connection = (): LiveConnection => this.#client.connection

  readonly onConnection = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** While a connection is waited for, the only timer is the one that ends the wait. */
  readonly tryNow = (): void => {
    if (this.#client.connection.status !== 'waiting') return
    for (const [timer, run] of this.#timers) {
      this.#clearTimer(timer)
      run()
    }
  }

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
        this.#client.unsubscribe(channel)
        this.#feeds.delete(channel)
      }, lingerMs)
    }
  }

  #subscribe(feed: ChannelFeed): void {
    feed.beginAnew()
    this.#client.subscribe(feed.channel, { backlog })
  }

  #refused(channel: string): void {
    const followed = this.#feeds.get(channel)
    if (followed === undefined) return
    followed.feed.refuse()
    setTimeout(() => {
      if (this.#feeds.get(channel) === followed && followed.users > 0) this.#subscribe(followed.feed)
    }, askAgainMs)
  }

  #setTimer(run: () => void, ms: number): number {
    const timer = window.setTimeout(() => {
      this.#timers.delete(timer)
      run()
    }, ms)
    this.#timers.set(timer, run)
    return timer
  }

  #clearTimer(timer: number): void {
    clearTimeout(timer)
    this.#timers.delete(timer)
  }
}

const live = new LiveData()

/** Ends the wait for the next attempt. */
export const tryNow = live.tryNow

export function useConnection(): LiveConnection {
  return useSyncExternalStore(live.onConnection, live.connection)
}

/** The feed of a channel, followed while the component is there. */
export function useFeed(channel: string): ChannelFeed {
  const feed = useMemo(() => live.feed(channel), [channel])
  useEffect(() => live.follow(feed), [feed])
  return feed
}

export function useFeedView(feed: ChannelFeed): FeedView {
  return useSyncExternalStore(feed.onView, feed.view)
}

export function useDrafts(feed: ChannelFeed): readonly Draft[] {
  return useSyncExternalStore(feed.onDrafts, feed.drafts)
}
