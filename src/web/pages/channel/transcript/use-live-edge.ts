import { useEffect, useState } from 'react'
import { keyOf, type ChannelFeed, type FeedView } from '../../../data/channel-feed.ts'
import type { Item } from './items.ts'
import { fillHole, listAgain, type History } from './use-history.ts'

const retryMs = 3000
/** Cues of a later decode come some hundred a second; the last of them says that it is whole. */
const settledMs = 1500
/** Lines that a snapshot may have brought behind the hole. */
const behindHole = 50

/** The line that was newest when the reader left the end, and how many lines came since. */
export function useNews(
  items: readonly Item[],
  isFollowing: boolean,
): { readonly left: string | undefined; readonly count: number } {
  const last = items.at(-1)?.key
  const [left, setLeft] = useState<string | undefined>(undefined)
  if (isFollowing && left !== last) setLeft(last)
  if (isFollowing) return { left: undefined, count: 0 }
  const at = items.findLastIndex(({ key }) => key === left)
  const count = at === -1 ? 0 : items.slice(at + 1).filter(({ kind }) => kind === 'cue').length
  return { left: count > 0 ? left : undefined, count }
}

/** What was said during an absence longer than the server's memory is fetched, however often it takes. */
export function useFillHoles(feed: ChannelFeed, isIncomplete: boolean): void {
  useEffect(() => {
    if (!isIncomplete) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let isGone = false
    const held = new Set(feed.view().cues.slice(0, -behindHole).map(keyOf))
    const fill = (): void => {
      fillHole(feed, held).catch(() => {
        if (!isGone) timer = setTimeout(fill, retryMs)
      })
    }
    fill()
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [feed, isIncomplete])
}

/** What was decoded anew is shown once no more of it comes, however often it takes. */
export function useRevisions(feed: ChannelFeed, revised: number): void {
  useEffect(() => {
    if (revised === 0) return undefined
    let isGone = false
    let timer = setTimeout(again, settledMs)
    function again(): void {
      listAgain(feed, () => isGone).catch(() => {
        if (!isGone) timer = setTimeout(again, retryMs)
      })
    }
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [feed, revised])
}

/** A page that is left open at the end keeps the newest lines only; the rest comes back by scrolling. */
export function useTrim(
  feed: ChannelFeed,
  view: FeedView,
  history: History,
  mayTrim: boolean,
): void {
  const { older, restart } = history
  useEffect(() => {
    if (!mayTrim || older === 'loading' || view.isIncomplete) return
    const floor = feed.trim()
    if (floor !== null) restart(floor)
  }, [feed, view, older, restart, mayTrim])
}
