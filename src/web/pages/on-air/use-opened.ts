import { useCallback, useEffect, useLayoutEffect, useRef } from 'react'
import { useSearchParams } from 'wouter'

export interface Opened {
  readonly id: string | null
  readonly toggle: (id: string) => void
  readonly close: () => void
  readonly hrefOf: (id: string) => string
  /** True once after its card was pressed: the panel has the focus then, and not when it only moves on the page. */
  readonly takeFocus: () => boolean
}

/**
 * Which channel is opened in place: the address says it, so that back closes it. The card that was pressed stays where it
 * is on the screen, whatever opens or closes above it; closed, it has the focus again.
 */
export function useOpened(): Opened {
  const [search, setSearch] = useSearchParams()
  const id = search.get('c')
  const pressed = useRef<{ readonly id: string; readonly top: number } | null>(null)
  const returns = useRef<string | null>(null)
  const isFocusDue = useRef(false)

  const set = useCallback(
    (next: string | null) => {
      setSearch(
        (before) => {
          const after = new URLSearchParams(before)
          for (const name of [...after.keys()]) if (name !== 'q') after.delete(name)
          if (next !== null) after.set('c', next)
          return after
        },
        // From one channel to another, and closed again, is one step of the browser’s history.
        { replace: id !== null },
      )
    },
    [id, setSearch],
  )
  const close = useCallback(() => {
    if (id === null) return
    const top = linkOf(id)?.getBoundingClientRect().top
    if (top !== undefined) pressed.current = { id, top }
    returns.current = id
    set(null)
  }, [id, set])

  useLayoutEffect(() => {
    const held = pressed.current
    pressed.current = null
    const link = held === null ? null : linkOf(held.id)
    if (held !== null && link !== null)
      window.scrollBy({ top: link.getBoundingClientRect().top - held.top, behavior: 'instant' })
    if (returns.current !== null) linkOf(returns.current)?.focus({ preventScroll: true })
    returns.current = null
  }, [id])

  useEffect(() => {
    if (id === null) return undefined
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented) return
      const { target } = event
      // What is open inside is closed first; a box for words empties itself.
      if (target instanceof Element && target.closest('input, select, dialog') !== null) return
      if (document.querySelector('.disclosure > [aria-expanded=true], dialog[open]') !== null)
        return
      close()
    }
    // Before the listeners of what is open inside have closed it.
    document.addEventListener('keydown', onKey, true)
    return () => document.removeEventListener('keydown', onKey, true)
  }, [id, close])

  const takeFocus = useCallback(() => {
    const isDue = isFocusDue.current
    isFocusDue.current = false
    return isDue
  }, [])

  return {
    id,
    close,
    toggle: (next) => {
      if (next === id) {
        close()
        return
      }
      const top = linkOf(next)?.getBoundingClientRect().top
      if (top !== undefined) pressed.current = { id: next, top }
      isFocusDue.current = true
      set(next)
    },
    hrefOf: (next) => {
      const q = search.get('q')
      return `/?${new URLSearchParams({ ...(q === null ? {} : { q }), c: next }).toString()}`
    },
    takeFocus,
  }
}

export function linkId(channel: string): string {
  return `open-${channel}`
}

function linkOf(channel: string): HTMLElement | null {
  return document.getElementById(linkId(channel))
}
