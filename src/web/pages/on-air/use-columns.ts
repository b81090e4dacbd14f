import { useLayoutEffect, useMemo, useState, useSyncExternalStore, type RefObject } from 'react'

/** From these widths on, styles/on-air.css puts so many cards beside each other. */
const steps = [
  { columns: 4, query: '(min-width: 1720px)' },
  { columns: 3, query: '(min-width: 1120px)' },
]

/** In how many columns small networks share a row. */
export function useNetworkColumns(): number {
  const media = useMemo(
    () => steps.map(({ columns, query }) => ({ columns, list: matchMedia(query) })),
    [],
  )
  return useSyncExternalStore(
    (onChange) => {
      for (const { list } of media) list.addEventListener('change', onChange)
      return () => {
        for (const { list } of media) list.removeEventListener('change', onChange)
      }
    },
    () => media.find(({ list }) => list.matches)?.columns ?? 1,
  )
}

/** How many columns a grid has come to have. */
export function useGridColumns(grid: RefObject<HTMLElement | null>): number {
  const [columns, setColumns] = useState(1)
  useLayoutEffect(() => {
    const element = grid.current
    if (element === null) return undefined
    const measure = (): void =>
      setColumns(getComputedStyle(element).gridTemplateColumns.split(' ').length)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [grid])
  return columns
}
