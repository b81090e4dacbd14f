import { useEffect, useLayoutEffect, useRef, type ReactNode } from 'react'
import type { ChannelFeed } from '../../../data/channel-feed.ts'
import { DraftWriter } from './draft-writer.ts'
import { beforeFrame, forgetFrame, scrollToEnd } from './frames.ts'

/** The line of a track that is being written: React makes its place, letters are written past it. */
export function Growing(props: {
  readonly feed: ChannelFeed
  readonly track: string
  readonly language: string | null
}): ReactNode {
  const { feed, track, language } = props
  const place = useRef<HTMLSpanElement>(null)
  const writer = useRef<DraftWriter>(null)
  useEffect(() => {
    const ask = (): void => beforeFrame(write)
    const write = (): void => {
      writer.current?.write(draftOf(feed, track))
      const box = place.current?.closest('.tile-text')
      if (box != null) scrollToEnd(box)
    }
    const leave = feed.onDrafts(ask)
    return () => {
      leave()
      forgetFrame(write)
    }
  }, [feed, track])
  // A line that was finished goes in the same frame in which it comes to stand above.
  useLayoutEffect(() => {
    if (place.current === null) return
    writer.current ??= new DraftWriter(place.current)
    writer.current.write(draftOf(feed, track))
  })
  return <span ref={place} className="now" lang={language ?? undefined} aria-hidden="true" />
}

function draftOf(
  feed: ChannelFeed,
  track: string,
): ReturnType<ChannelFeed['drafts']>[number] | undefined {
  return feed.drafts().find((draft) => draft.track === track)
}
