import { useEffect, useState } from 'react'

const idleMs = 3000

/** Whether nobody has moved or pressed anything for a while; looked at while `isWatched`. */
export function useIsIdle(isWatched: boolean): boolean {
  const [isIdle, setIdle] = useState(false)
  useEffect(() => {
    if (!isWatched) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const wake = (): void => {
      setIdle(false)
      clearTimeout(timer)
      timer = setTimeout(() => setIdle(true), idleMs)
    }
    wake()
    const events = ['pointermove', 'pointerdown', 'keydown'] as const
    for (const event of events) document.addEventListener(event, wake)
    return () => {
      clearTimeout(timer)
      for (const event of events) document.removeEventListener(event, wake)
      setIdle(false)
    }
  }, [isWatched])
  return isIdle
}
