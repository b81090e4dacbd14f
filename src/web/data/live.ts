import { useEffect, useMemo, useSyncExternalStore } from 'react'
import type { Draft } from '../../protocol/live.ts'
import { LiveClient, type LiveConnection, type LiveSocket } from '../../protocol/live-client.ts'
import { ChannelFeed, type FeedView } from './channel-feed.ts'

/** Past cues that a new subscription brings along. */
const backlog = 30

/** One socket for the whole page: channels are followed while somebody looks at them. */
class LiveData {
  readonly #client: LiveClient
  readonly #feeds = new Map<string, { readonly feed: ChannelFeed; users: number }>()
  readonly #listeners = new Set<() => void>()

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
      },
      now: Date.now,
      random: Math.random,
      setTimer: (run, ms) => window.setTimeout(run, ms),
      clearTimer: (timer) => window.clearTimeout(timer as number),
    })
  }

  readonly connection = (): LiveConnection => this.#client.connection

  readonly onConnection = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  feed(channel: string): ChannelFeed {
    let known = this.#feeds.get(channel)
    if (known === undefined) {
      known = { feed: new ChannelFeed(channel), users: 0 }
      this.#feeds.set(channel, known)
    }
    return known.feed
  }

  /** Follows the channel until the returned function is called. */
  follow(channel: string): () => void {
    this.feed(channel)
    const known = this.#feeds.get(channel)
    if (known === undefined) return () => undefined
    if (++known.users === 1) this.#client.subscribe(channel, { backlog })
    return () => {
      if (--known.users > 0) return
      this.#client.unsubscribe(channel)
      this.#feeds.delete(channel)
    }
  }
}

const live = new LiveData()

export function useConnection(): LiveConnection {
  return useSyncExternalStore(live.onConnection, live.connection)
}

/** The feed of a channel, followed while the component is there. */
export function useFeed(channel: string): ChannelFeed {
  const feed = useMemo(() => live.feed(channel), [channel])
  useEffect(() => live.follow(channel), [channel])
  return feed
}

export function useFeedView(feed: ChannelFeed): FeedView {
  return useSyncExternalStore(feed.onView, feed.view)
}

export function useDrafts(feed: ChannelFeed): readonly Draft[] {
  return useSyncExternalStore(feed.onDrafts, feed.drafts)
}
