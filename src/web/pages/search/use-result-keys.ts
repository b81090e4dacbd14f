import { useEffect, type RefObject } from 'react'

/** `j` and `n` lead to the next passage, `k` and `p` to the one before; Enter is the link's own. */
export function useResultKeys(
  list: RefObject<HTMLOListElement | null>,
  loadMore: (() => void) | null,
): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const by = steps[event.key]
      const { target } = event
      if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return
      // Letters are letters wherever something is typed or chosen.
      if (target instanceof Element && target.closest('input, select, textarea, [role=slider]'))
        return
      const links = [...(list.current?.querySelectorAll<HTMLElement>('h3 a') ?? [])]
      const at = links.findIndex((link) => link === document.activeElement)
      const next = links[at === -1 ? (by > 0 ? 0 : -1) : at + by]
      if (next === undefined) {
        if (by > 0) loadMore?.()
        return
      }
      event.preventDefault()
      next.focus({ preventScroll: true })
      next.closest('li')?.scrollIntoView({ block: 'nearest' })
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [list, loadMore])
}

const steps: Readonly<Record<string, number>> = { j: 1, n: 1, k: -1, p: -1 }
