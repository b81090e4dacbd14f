import { useEffect, useState } from 'react'

/**
 * The wall alone on the screen, which is kept awake. Where a browser gives no element the whole screen (telephones), the
 * wall takes the whole of its window.
 */
export function useFullScreen(): { readonly isFull: boolean; readonly toggle: () => void } {
  const [isFull, setFull] = useState(false)
  useEffect(() => {
    const left = (): void => {
      if (document.fullscreenElement === null) setFull(false)
    }
    document.addEventListener('fullscreenchange', left)
    return () => document.removeEventListener('fullscreenchange', left)
  }, [])
  useEffect(() => {
    if (!isFull) return undefined
    const { dataset } = document.documentElement
    dataset['full'] = 'wall'
    const letSleep = keepAwake()
    return () => {
      delete dataset['full']
      letSleep()
      if (document.fullscreenElement !== null) void document.exitFullscreen().catch(ignore)
    }
  }, [isFull])
  const toggle = (): void => {
    if (!isFull && document.fullscreenEnabled)
      void document.documentElement.requestFullscreen({ navigationUI: 'hide' }).catch(ignore)
    setFull(!isFull)
  }
  return { isFull, toggle }
}

/** Refused, or there is none: the window is filled anyway. */
function ignore(): void {
  return undefined
}

/** Until the returned function is called, as far as the browser allows it. */
function keepAwake(): () => void {
  let isEnded = false
  let lock: WakeLockSentinel | undefined
  const ask = (): void => {
    // Without TLS there is none, whatever the types say; a page that is hidden loses it.
    if (isEnded || document.hidden || !('wakeLock' in navigator)) return
    navigator.wakeLock.request('screen').then((granted) => {
      if (isEnded) void granted.release()
      else lock = granted
    }, ignore)
  }
  ask()
  document.addEventListener('visibilitychange', ask)
  return () => {
    isEnded = true
    document.removeEventListener('visibilitychange', ask)
    void lock?.release()
  }
}
