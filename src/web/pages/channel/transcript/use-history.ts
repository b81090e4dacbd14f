import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { List, Cue } from '../../../../protocol/api.ts'
import { get, listAirings, listCues, listGaps } from '../../../data/api.ts'
import { earliestStart, keyOf, type ChannelFeed } from '../../../data/channel-feed.ts'

export type Edge = 'idle' | 'loading' | 'end'

export interface History {
  readonly older: Edge
  readonly later: Edge
  readonly loadOlder: () => void
  readonly loadLater: () => void
  /** Since when asking has failed; it goes on, every few seconds. */
  readonly failingSince: number | null
  /** What is older than this moment was let go of: it is loaded again from there. */
  readonly restart: (before: string) => void
}

/** A page of the archive still to be asked for: the first by its end, the others by the server's link. */
type Page = { readonly before: string } | { readonly link: string }

/** Pages that a hole after a long absence is filled with; more than a day of talk. */
const mostFillPages = 300
const retryMs = 3000

/**
 * Fills a feed from the archive: back from now, or around `at`. The live events of the feed come first
 * (subscribe, then fetch), and both are merged by identity, so that there is no seam.
 */
export function useHistory(feed: ChannelFeed, at: string | null): History {
  const [older, setOlder] = useState<Edge>('loading')
  const [later, setLater] = useState<Edge>(at === null ? 'end' : 'loading')
  const olderPage = useRef<Page | null>(null)
  const laterPage = useRef<Page | null>(null)
  const isGone = useRef(false)
  const [failingSince, setFailing] = useState<number | null>(null)
  const fail = useCallback(() => setFailing((since) => since ?? Date.now()), [])

  useEffect(() => {
    isGone.current = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const release = feed.read()
    const begin = async (): Promise<void> => {
      const [back, on] = await Promise.all([
        listCues(feed.channel, { order: 'newest', ...(at === null ? {} : { to: at }) }),
        at === null ? null : listCues(feed.channel, { from: at, order: 'oldest' }),
      ])
      if (isGone.current) return
      setFailing(null)
      olderPage.current = pageAt(back.next)
      laterPage.current = pageAt(on?.next ?? null)
      feed.addCues([...back.items, ...(on?.items ?? [])])
      setOlder(back.next === null ? 'end' : 'idle')
      setLater(on === null || on.next === null ? 'end' : 'idle')
      await addMarks(feed, feed.view().cues, null)
    }
    const retry = (): void => {
      begin().catch(() => {
        if (isGone.current) return
        fail()
        timer = setTimeout(retry, retryMs)
      })
    }
    retry()
    return () => {
      isGone.current = true
      clearTimeout(timer)
      release()
    }
  }, [feed, at, fail])

  const load = useCallback(
    (page: { current: Page | null }, isOlder: boolean) => {
      const wanted = page.current
      const set = isOlder ? setOlder : setLater
      if (wanted === null) return
      page.current = null
      set('loading')
      fetchPage(feed.channel, wanted)
        .then(async ({ items, next }) => {
          const first = feed.view().cues[0]?.start ?? null
          page.current = pageAt(next)
          setFailing(null)
          if (isOlder) feed.addOlder(items)
          else feed.addCues(items)
          set(next === null ? 'end' : 'idle')
          await addMarks(feed, items, isOlder ? first : null)
        })
        .catch(() => {
          if (!isGone.current) fail()
          setTimeout(() => {
            if (isGone.current) return
            page.current ??= wanted
            set('idle')
          }, retryMs)
        })
    },
    [feed, fail],
  )
  return useMemo(
    () => ({
      older,
      later,
      failingSince,
      loadOlder: () => load(olderPage, true),
      loadLater: () => load(laterPage, false),
      restart: (before) => {
        olderPage.current = { before }
        setOlder('idle')
      },
    }),
    [older, later, failingSince, load],
  )
}

/** After an absence longer than the server's memory: reads back from now until what is held is met. */
export async function fillHole(feed: ChannelFeed, heldBefore: ReadonlySet<string>): Promise<void> {
  let page = await listCues(feed.channel, { order: 'newest' })
  for (let n = 0; n < mostFillPages; n++) {
    feed.addCues(page.items)
    if (page.next === null || page.items.some((cue) => heldBefore.has(keyOf(cue)))) break
    page = await get<List<Cue>>(page.next)
  }
  const { cues } = feed.view()
  const first = earliestStart(cues)
  if (first !== null) feed.renewGaps(await listGaps(feed.channel, first, null))
  feed.settled()
}

/** Text of the past was decoded anew: the time that is held is listed again, and replaced in one moment. */
export async function listAgain(feed: ChannelFeed, isGone: () => boolean): Promise<void> {
  const from = earliestStart(feed.view().cues)
  if (from === null) return
  const cues: Cue[] = []
  let page = await listCues(feed.channel, { from, order: 'oldest' })
  for (let n = 0; n < mostFillPages; n++) {
    cues.push(...page.items)
    if (page.next === null) break
    page = await get<List<Cue>>(page.next)
  }
  // What was asked for earlier may be the old text, and must not come after the new.
  if (!isGone()) feed.replaceCues(cues)
}

function pageAt(link: string | null): Page | null {
  return link === null ? null : { link }
}

function fetchPage(channel: string, page: Page): Promise<List<Cue>> {
  if ('link' in page) return get<List<Cue>>(page.link)
  return listCues(channel, { to: page.before, order: 'newest' })
}

/** Programmes and gaps of the time that these lines cover, up to `to`. */
async function addMarks(feed: ChannelFeed, cues: readonly Cue[], to: string | null): Promise<void> {
  const first = earliestStart(cues)
  if (first === null) return
  const [airings, gaps] = await Promise.all([
    listAirings(feed.channel, first, to),
    listGaps(feed.channel, first, to),
  ])
  feed.addAirings(airings)
  feed.addGaps(gaps)
}
