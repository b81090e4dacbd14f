import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'

/** Closer to the end than this counts as following it. */
const endPx = 32

export interface ReadingPlace {
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly content: RefObject<HTMLDivElement | null>
  readonly isFollowing: boolean
  readonly follow: () => void
}

/**
 * Keeps the reader's place. At the end, the newest line stays in sight; anywhere else, the line at the top
 * stays where it is, whatever comes in above and below.
 */
export function useReadingPlace(startsAtEnd: boolean): ReadingPlace {
  const scroller = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const following = useRef(startsAtEnd)
  const anchor = useRef<{ key: string; top: number } | null>(null)
  const [isFollowing, setFollowing] = useState(startsAtEnd)

  const settle = useCallback(() => {
    const box = scroller.current
    if (box === null) return
    if (following.current) {
      box.scrollTop = box.scrollHeight
      return
    }
    const held = anchor.current
    const row = held === null ? null : findRow(box, held.key)
    if (held === null || row === null) return
    const moved = topIn(box, row) - held.top
    if (Math.abs(moved) >= 0.5) box.scrollTop += moved
  }, [])

  // After every render: rows may have come in above.
  useLayoutEffect(settle)

  useEffect(() => {
    const box = scroller.current
    const inner = content.current
    if (box === null || inner === null) return undefined
    const onScroll = (): void => {
      const isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < endPx
      following.current = isAtEnd
      setFollowing(isAtEnd)
      anchor.current = isAtEnd ? null : firstVisible(box)
    }
    // Growing drafts change the height without a render here.
    const observer = new ResizeObserver(settle)
    observer.observe(inner)
    observer.observe(box)
    box.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      observer.disconnect()
      box.removeEventListener('scroll', onScroll)
    }
  }, [settle])

  const follow = useCallback(() => {
    following.current = true
    anchor.current = null
    setFollowing(true)
    settle()
  }, [settle])

  return { scroller, content, isFollowing, follow }
}

function firstVisible(box: HTMLElement): { key: string; top: number } | null {
  for (const row of box.querySelectorAll<HTMLElement>('[data-key]')) {
    const top = topIn(box, row)
    if (top + row.offsetHeight > 0) return { key: row.dataset['key'] ?? '', top }
  }
  return null
}

function findRow(box: HTMLElement, key: string): HTMLElement | null {
  return box.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)
}

function topIn(box: HTMLElement, row: HTMLElement): number {
  return row.getBoundingClientRect().top - box.getBoundingClientRect().top
}
