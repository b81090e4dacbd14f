import { useEffect, type RefObject } from 'react'

const slideMs = 260
/** More than this at once is no line that came: the page turned, or a backlog arrived. */
const mostPx = 400

/**
 * Lets text slide to where it belongs when a line comes, instead of jumping. `from` = where new lines stand. For readers
 * who want no motion, it jumps.
 */
export function useSmoothGrowth(
  content: RefObject<HTMLElement | null>,
  isOn: boolean,
  from: 'bottom' | 'top',
): void {
  useEffect(() => {
    const element = content.current
    if (element === null || !isOn) return undefined
    const still = matchMedia('(prefers-reduced-motion: reduce)')
    let height = element.offsetHeight
    const observer = new ResizeObserver(() => {
      const grown = element.offsetHeight - height
      height = element.offsetHeight
      if (grown <= 0 || grown > mostPx || still.matches) return
      const start = from === 'bottom' ? grown : -grown
      element.animate([{ transform: `translateY(${start}px)` }, { transform: 'none' }], {
        duration: slideMs,
        easing: 'ease-out',
      })
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [content, isOn, from])
}
