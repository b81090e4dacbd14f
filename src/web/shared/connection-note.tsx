import { useEffect, useState, type ReactNode } from 'react'
import { tryNow, useConnection } from '../data/live.ts'
import { useHeard } from '../data/offline.ts'
import { useMessages } from '../messages/catalogue.tsx'

const thanksMs = 4000

/**
 * Said while something is wrong: what happened, and that nothing is lost; then, shortly, that it is well again.
 * Each is said once: the seconds that run are not for screen readers.
 */
export function ConnectionNote(): ReactNode {
  const t = useMessages()
  const { status } = useConnection()
  useHeard(status === 'open')
  const [phase, setPhase] = useState<'well' | 'lost' | 'back'>('well')
  if (status === 'waiting' && phase !== 'lost') setPhase('lost')
  if (status === 'open' && phase === 'lost') setPhase('back')
  useEffect(() => {
    if (phase !== 'back') return undefined
    const timer = setTimeout(() => setPhase('well'), thanksMs)
    return () => clearTimeout(timer)
  }, [phase])
  return (
    <div className="connection" data-phase={phase}>
      <p role="status">
        {phase === 'lost' && (
          <>
            <strong>{t.connection.lost}</strong> {t.connection.nothingLost}
          </>
        )}
        {phase === 'back' && t.connection.back}
      </p>
      {phase === 'lost' && <Countdown />}
    </div>
  )
}

function Countdown(): ReactNode {
  const t = useMessages()
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
        {status === 'waiting' && seconds > 0 ? t.connection.again(seconds) : t.connection.trying}
      </span>
      <button type="button" onClick={tryNow}>
        {t.connection.tryNow}
      </button>
    </>
  )
}
