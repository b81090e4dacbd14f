import { useEffect, useRef } from 'react'
import { useLocation } from 'wouter'

/** A step back has become another path within this time, or it will not. */
const stepMs = 100

/**
 * A page that a link led to begins at its top, with the focus on its content, as a document of its own
 * would. Back and forward keep their place: the browser sees to that.
 */
export function useArrival(): void {
  const [address] = useLocation()
  const path = pageOf(address)
  const last = useRef(path)
  const isBack = useRef(false)
  useEffect(() => {
    const note = (): void => {
      isBack.current = true
      // A step back within one page changes no path; the next link must not be taken for it.
      setTimeout(() => (isBack.current = false), stepMs)
    }
    window.addEventListener('popstate', note)
    return () => window.removeEventListener('popstate', note)
  }, [])
  useEffect(() => {
    if (last.current === path) return
    last.current = path
    if (isBack.current) {
      isBack.current = false
      return
    }
    window.scrollTo(0, 0)
    document.getElementById('content')?.focus({ preventScroll: true })
  }, [path])
}

/** A moment of a channel is on the channel's page: its address changes while the page stays. */
function pageOf(address: string): string {
  return address.replace(/^(\/c\/[^/]+)\/(?!(?:download|embed)$).*$/, '$1')
}
