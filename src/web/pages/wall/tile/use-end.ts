import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'
import { scrollToEnd } from './frames.ts'

/** Scrolled back by more than this, the reader is reading. */
const endPx = 24

/**
 * A box that stays at its end while it is filled and when its size changes, until its reader scrolls back. It is scrolled
 * and not anchored by its style: what stands in it keeps its place in it, and the page does not shift.
 */
export function useEnd(): {
  readonly box: RefObject<HTMLDivElement | null>
  readonly isBack: boolean
  readonly onScroll: () => void
} {
  const box = useRef<HTMLDivElement>(null)
  const [isBack, setBack] = useState(false)
  useLayoutEffect(() => {
    if (!isBack && box.current !== null) scrollToEnd(box.current)
  })
  useEffect(() => {
    const { current } = box
    if (current === null || isBack) return undefined
    const observer = new ResizeObserver(() => scrollToEnd(current))
    observer.observe(current)
    return () => observer.disconnect()
  }, [isBack])
  const onScroll = (): void => {
    const { current } = box
    if (current === null) return
    const { scrollTop, scrollHeight, clientHeight } = current
    setBack(scrollHeight - clientHeight - scrollTop > endPx)
  }
  return { box, isBack, onScroll }
}
