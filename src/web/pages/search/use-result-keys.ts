import type { RefObject } from 'react'
import { useMessages } from '../../messages/catalogue.tsx'
import { useShortcuts } from '../../shared/keyboard/shortcuts.ts'

/** `j` and `n` lead to the next passage, `k` and `p` to the one before; Enter is the link's own. */
export function useResultKeys(
  list: RefObject<HTMLOListElement | null>,
  loadMore: (() => void) | null,
): void {
  const t = useMessages().keys
  const step = (by: 1 | -1): boolean => {
    const { activeElement } = document
    // Its arrows and letters are the chart's.
    if (activeElement?.closest('[role=slider]') != null) return false
    const links = [...(list.current?.querySelectorAll<HTMLElement>('h3 a') ?? [])]
    const at = links.findIndex((link) => link === activeElement)
    const next = links[at === -1 ? (by > 0 ? 0 : -1) : at + by]
    if (next === undefined) {
      if (by > 0) loadMore?.()
      return false
    }
    next.focus({ preventScroll: true })
    next.closest('li')?.scrollIntoView({ block: 'nearest' })
    return true
  }
  useShortcuts(t.results, [
    { keys: ['j', 'n'], label: t.later, run: () => step(1) },
    { keys: ['k', 'p'], label: t.earlier, run: () => step(-1) },
  ])
}
