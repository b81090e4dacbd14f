import { useEffect, useRef, useState, type RefObject } from 'react'

/** The page's bar covers this much; what is under it is past. */
const barPx = 56

/** Whether the place of an element has been scrolled out above. */
export function useIsPast(): [RefObject<HTMLDivElement | null>, boolean] {
  const mark = useRef<HTMLDivElement>(null)
  const [isPast, setIsPast] = useState(false)
  useEffect(() => {
    const element = mark.current
    if (element === null) return undefined
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry !== undefined)
          setIsPast(!entry.isIntersecting && entry.boundingClientRect.top < barPx)
      },
      { rootMargin: `-${barPx}px 0px 0px 0px` },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [mark, isPast]
}
