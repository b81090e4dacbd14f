import { useEffect, useState } from 'react'

const everyMs = 30_000

/** The time, for what is over by itself; never more than half a minute old. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [])
  return now
}
