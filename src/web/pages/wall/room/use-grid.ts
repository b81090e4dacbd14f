import { useLayoutEffect, useState, type RefObject } from 'react'
import { gridOf, type Grid, type Room } from '../layout/grid.ts'
import type { WallLayout } from '../layout/layout.ts'

/** Below the tiles. */
const footPx = 12

/** The grid for the room that a list has: its width, and the window's height from where it begins. */
export function useGrid(
  list: RefObject<HTMLElement | null>,
  layout: WallLayout,
  isFull: boolean,
): Grid {
  const [room, setRoom] = useState<Room>({ width: innerWidth, height: innerHeight })
  useLayoutEffect(() => {
    const { current } = list
    if (current === null) return undefined
    const measure = (): void => {
      const top = current.getBoundingClientRect().top + scrollY
      const width = current.clientWidth
      const height = Math.max(0, innerHeight - top - footPx)
      setRoom((known) =>
        known.width === width && known.height === height ? known : { width, height },
      )
    }
    measure()
    // The list grows with its tiles, and what is above it when it is opened: only what changes the room counts.
    const observer = new ResizeObserver(measure)
    observer.observe(current)
    window.addEventListener('resize', measure)
    return () => {
      observer.disconnect()
      window.removeEventListener('resize', measure)
    }
  }, [list, isFull])
  return gridOf(room, layout)
}
