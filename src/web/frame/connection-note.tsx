import { useEffect, useState, type ReactNode } from 'react'
import { useConnection } from '../data/live.ts'
import { useMessages } from '../messages/catalogue.tsx'
import { NextAttempt } from '../shared/next-attempt.tsx'

const thanksMs = 4000

/**
 * Said while something is wrong: what happened, and that nothing is lost; then, shortly, that it is well again.
 * Each is said once: the seconds that run are not for screen readers.
 */
export function ConnectionNote(): ReactNode {
  const t = useMessages()
  const { status } = useConnection()
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
      {phase === 'lost' && <NextAttempt words={t.connection} />}
    </div>
  )
}
