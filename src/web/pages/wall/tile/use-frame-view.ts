import { useCallback, useSyncExternalStore } from 'react'
import type { ChannelFeed, FeedView } from '../../../data/channel-feed.ts'
import { beforeFrame, forgetFrame } from './frames.ts'

/** What is known of a channel, as of the last frame in which all tiles showed what is new. */
export function useFrameView(feed: ChannelFeed): FeedView {
  const subscribe = useCallback(
    (tell: () => void) => {
      const leave = feed.onView(() => beforeFrame(tell))
      return () => {
        leave()
        forgetFrame(tell)
      }
    },
    [feed],
  )
  return useSyncExternalStore(subscribe, feed.view)
}
