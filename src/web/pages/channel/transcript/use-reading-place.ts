import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'

/** Closer to the end than this counts as following it. */
const endPx = 32

export interface ReadingPlace {
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly content: RefObject<HTMLDivElement | null>
  readonly isFollowing: boolean
  readonly follow: () => void
  /** Stays where it is, at the end too, until `follow`. */
  readonly hold: () => void
  readonly isHeld: boolean
}

/**
 * Keeps the reader's place. At the end, the newest line stays in sight; anywhere else, the line at the top
 * stays where it is, whatever comes in above and below.
 */
export function useReadingPlace(options: {
  readonly startsAtEnd: boolean
  /** Whether the end is the present. */
  readonly isLive: boolean
  readonly hasBelow: RefObject<boolean>
  /** Told the key of the line at the top, whenever it is another one; undefined at the end. */
  readonly onTop: (key: string | undefined) => void
}): ReadingPlace {
  const { startsAtEnd, isLive, hasBelow, onTop } = options
  const scroller = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const following = useRef(startsAtEnd)
  const anchor = useRef<{ key: string; top: number } | null>(null)
  /** Where the line was last put back; the parts of a pixel that this leaves must not add up. */
  const settledAt = useRef<number | null>(null)
  /** Where the reader was last known to be: who went on from there must not be put back before that is told. */
  const seenAt = useRef<number | null>(null)
  const [isFollowing, setFollowing] = useState(startsAtEnd)
  const [isHeld, setHeld] = useState(false)
  const canFollow = isLive && !isHeld

  const readPlace = useCallback(() => {
    const box = scroller.current
    if (box === null) return
    seenAt.current = box.scrollTop
    const isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < endPx
    // The end of what is drawn is the end only when nothing below waits to be drawn.
    following.current = isAtEnd && canFollow && !hasBelow.current && focusedIn(box) === null
    setFollowing(following.current)
    const isOwn = box.scrollTop === settledAt.current && anchor.current !== null
    if (following.current) anchor.current = null
    else if (!isOwn) anchor.current = firstVisible(box)
    onTop(anchor.current?.key)
  }, [canFollow, hasBelow, onTop])

  const settle = useCallback(() => {
    const box = scroller.current
    if (box === null) return
    if (seenAt.current !== null && box.scrollTop !== seenAt.current) readPlace()
    if (following.current) {
      box.scrollTop = box.scrollHeight
      seenAt.current = box.scrollTop
      return
    }
    const held = anchor.current
    const row = held === null ? null : findRow(box, held.key)
    if (held === null || row === null) return
    const moved = topIn(box, row) - held.top
    if (Math.abs(moved) < 0.5) return
    box.scrollTop += moved
    settledAt.current = box.scrollTop
    seenAt.current = box.scrollTop
  }, [readPlace])

  // After every render: rows may have come in above.
  useLayoutEffect(settle)

  useEffect(() => {
    const box = scroller.current
    const inner = content.current
    if (box === null || inner === null) return undefined
    // What one walks through by keyboard must not be carried away by what is said meanwhile.
    const onFocus = (): void => {
      if (following.current && focusedIn(box) !== null) readPlace()
    }
    // Growing drafts change the height without a render here.
    const observer = new ResizeObserver(settle)
    observer.observe(inner)
    observer.observe(box)
    box.addEventListener('scroll', readPlace, { passive: true })
    box.addEventListener('focusin', onFocus)
    return () => {
      observer.disconnect()
      box.removeEventListener('scroll', readPlace)
      box.removeEventListener('focusin', onFocus)
    }
  }, [settle, readPlace])

  const follow = useCallback(() => {
    const box = scroller.current
    if (box !== null && focusedIn(box) !== null) box.focus({ preventScroll: true })
    following.current = true
    anchor.current = null
    setHeld(false)
    setFollowing(true)
    settle()
  }, [settle])

  const hold = useCallback(() => {
    following.current = false
    anchor.current = scroller.current && firstVisible(scroller.current)
    setHeld(true)
    setFollowing(false)
  }, [])

  return { scroller, content, isFollowing, follow, hold, isHeld }
}

/**
 * Of the lines: a programme’s heading goes to its beginning as that comes in above. The first that begins in sight: where
 * lines flow, one that began above is broken anew by what comes in before it. Else the one that fills the sight.
 */
function firstVisible(box: HTMLElement): { key: string; top: number } | null {
  let begunAbove: { key: string; top: number } | null = null
  for (const row of box.querySelectorAll<HTMLElement>('.row[data-key]')) {
    const top = topIn(box, row)
    const held = { key: row.dataset['key'] ?? '', top }
    if (top > box.clientHeight) break
    if (top > -1) return held
    if (top + row.offsetHeight > 0) begunAbove = held
  }
  return begunAbove
}

/** What in it has the focus of the keyboard, and is in sight. */
function focusedIn(box: HTMLElement): Element | null {
  const focused = document.activeElement
  if (focused === null || focused === box || !box.contains(focused)) return null
  if (!focused.matches(':focus-visible')) return null
  const { top, bottom } = focused.getBoundingClientRect()
  const sight = box.getBoundingClientRect()
  return bottom > sight.top && top < sight.bottom ? focused : null
}

function findRow(box: HTMLElement, key: string): HTMLElement | null {
  return box.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)
}

function topIn(box: HTMLElement, row: HTMLElement): number {
  return row.getBoundingClientRect().top - box.getBoundingClientRect().top
}
