import { useEffect, useState, type RefObject } from 'react'

/** Scrolling that pauses this long has arrived. */
const settleMs = 250

/** Less than this of a line in sight is none of it. */
const slackPx = 2

export interface Place {
  readonly at: string
  /** The key of the line: many may begin at once. */
  readonly line: string
}

/**
 * Where this entry of the browser's history was being read, so that back, forward and reload lead there
 * again: the line at the top, or null at the live end.
 */
export function useRememberedPlace(moment: string | null): {
  readonly place: Place | null
  readonly forget: () => void
} {
  const [place, setPlace] = useState(readPlace)
  const [seen, setSeen] = useState(moment)
  // Another moment is another entry, with a place of its own.
  if (seen !== moment) {
    setSeen(moment)
    setPlace(readPlace())
  }
  return {
    place,
    forget: () => {
      writePlace(null)
      setPlace(null)
    },
  }
}

export function useRemember(scroller: RefObject<HTMLElement | null>, isFollowing: boolean): void {
  useEffect(() => {
    const box = scroller.current
    if (box === null) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const note = (): void => writePlace(isFollowing ? null : topLine(box))
    const onScroll = (): void => {
      clearTimeout(timer)
      timer = setTimeout(note, settleMs)
    }
    box.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      clearTimeout(timer)
      box.removeEventListener('scroll', onScroll)
    }
  }, [scroller, isFollowing])
}

function topLine(box: HTMLElement): Place | null {
  const padding = Number.parseFloat(getComputedStyle(box).scrollPaddingTop) || 0
  const edge = box.getBoundingClientRect().top + padding + slackPx
  for (const row of box.querySelectorAll<HTMLElement>('.row:not(.draft)')) {
    if (row.getBoundingClientRect().bottom <= edge) continue
    const at = row.querySelector('time')?.dateTime
    const line = row.dataset['key']
    return at === undefined || line === undefined ? null : { at, line }
  }
  return null
}

function readPlace(): Place | null {
  const state: unknown = history.state
  if (typeof state !== 'object' || state === null || !('at' in state && 'line' in state))
    return null
  const { at, line } = state
  return typeof at === 'string' && typeof line === 'string' ? { at, line } : null
}

function writePlace(place: Place | null): void {
  if (place?.line !== readPlace()?.line) history.replaceState(place, '')
}
