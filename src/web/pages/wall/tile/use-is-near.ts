import { useEffect, useState, type RefObject } from 'react'

/** Tiles begin their work a screen before they are seen. */
const margin = '100% 0px'

/** Whether an element can be seen, or nearly: what is far off does no work. */
export function useIsNear(element: RefObject<Element | null>): boolean {
  const [isNear, setNear] = useState(false)
  useEffect(() => {
    const { current } = element
    if (current === null) return undefined
    const observer = new IntersectionObserver(
      (entries) => setNear(entries.at(-1)?.isIntersecting === true),
      { rootMargin: margin },
    )
    observer.observe(current)
    return () => observer.disconnect()
  }, [element])
  return isNear
}
