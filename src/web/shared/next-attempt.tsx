import { useEffect, useState, type ReactNode } from 'react'
import { tryNow, useConnection } from '../data/live.ts'

/** When the live connection is tried next, and a button not to wait for it. The seconds that run are for the eye alone. */
export function NextAttempt(props: {
  readonly words: {
    readonly again: (seconds: number) => string
    readonly trying: string
    readonly tryNow: string
  }
}): ReactNode {
  const { again, trying, tryNow: press } = props.words
  const { status, retryAt } = useConnection()
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [])
  const seconds = Math.max(0, Math.ceil(((retryAt ?? now) - now) / 1000))
  return (
    <>
      <span className="muted countdown" aria-hidden="true">
        {status === 'waiting' && seconds > 0 ? again(seconds) : trying}
      </span>
      <button type="button" onClick={tryNow}>
        {press}
      </button>
    </>
  )
}
