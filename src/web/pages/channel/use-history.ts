import { useCallback, useEffect, useRef, useState } from 'react'
import type { List, Cue } from '../../../protocol/api.ts'
import { get, listAirings, listCues, listGaps } from '../../data/api.ts'
import { keyOf, type ChannelFeed } from '../../data/channel-feed.ts'

export type Edge = 'idle' | 'loading' | 'end'

export interface History {
  readonly older: Edge
  readonly later: Edge
  readonly loadOlder: () => void
  readonly loadLater: () => void
}

/** Pages that a hole after a long absence is filled with, before it is left to scrolling. */
const mostFillPages = 50
const retryMs = 3000

/**
 * Fills a feed from the archive: back from now, or around `at`. The live events of the feed come first
 * (subscribe, then fetch), and both are merged by identity, so that there is no seam.
 */
export function useHistory(feed: ChannelFeed, at: string | null): History {
  const [older, setOlder] = useState<Edge>('loading')
  const [later, setLater] = useState<Edge>(at === null ? 'end' : 'loading')
  const olderLink = useRef<string | null>(null)
  const laterLink = useRef<string | null>(null)

  useEffect(() => {
    let isGone = false
    const release = feed.read()
    const begin = async (): Promise<void> => {
      const back = await listCues(
        feed.channel,
        at === null ? { order: 'newest' } : { to: at, order: 'newest' },
      )
      const on = at === null ? null : await listCues(feed.channel, { from: at, order: 'oldest' })
      if (isGone) return
      olderLink.current = back.next
      laterLink.current = on?.next ?? null
      feed.addCues([...back.items, ...(on?.items ?? [])])
      setOlder(back.next === null ? 'end' : 'idle')
      setLater(on === null || on.next === null ? 'end' : 'idle')
      await addMarks(feed)
    }
    const retry = (): void => {
      begin().catch(() => {
        if (!isGone) setTimeout(retry, retryMs)
      })
    }
    retry()
    return () => {
      isGone = true
      release()
    }
  }, [feed, at])

  const load = useCallback(
    (link: { current: string | null }, set: (edge: Edge) => void) => {
      const address = link.current
      if (address === null) return
      link.current = null
      set('loading')
      get<List<Cue>>(address)
        .then(async (page) => {
          link.current = page.next
          feed.addCues(page.items)
          set(page.next === null ? 'end' : 'idle')
          await addMarks(feed)
        })
        .catch(() => {
          setTimeout(() => {
            link.current = address
            set('idle')
          }, retryMs)
        })
    },
    [feed],
  )
  const loadOlder = useCallback(() => load(olderLink, setOlder), [load])
  const loadLater = useCallback(() => load(laterLink, setLater), [load])
  return { older, later, loadOlder, loadLater }
}

/** After an absence longer than the server's memory: reads back from now until what is held is met. */
export async function fillHole(feed: ChannelFeed, heldBefore: ReadonlySet<string>): Promise<void> {
  let page = await listCues(feed.channel, { order: 'newest' })
  for (let n = 0; n < mostFillPages; n++) {
    feed.addCues(page.items)
    if (page.next === null || page.items.some((cue) => heldBefore.has(keyOf(cue)))) break
    page = await get<List<Cue>>(page.next)
  }
  feed.settled()
}

async function addMarks(feed: ChannelFeed): Promise<void> {
  const first = feed.view().cues[0]?.start
  if (first === undefined) return
  const [airings, gaps] = await Promise.all([
    listAirings(feed.channel, first),
    listGaps(feed.channel, first),
  ])
  feed.addAirings(airings)
  feed.addGaps(gaps)
}
