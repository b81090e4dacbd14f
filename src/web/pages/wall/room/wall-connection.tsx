import { useEffect, useState, type ReactNode } from 'react'
import { useConnection } from '../../../data/live.ts'
import { useCatalogue } from '../../../messages/catalogue.tsx'
import { useWallMessages } from '../../../messages/wall/use-wall-messages.ts'
import { ownZone } from '../../../shared/settings/choices.ts'
import { NextAttempt } from '../../../shared/next-attempt.tsx'
import { formatClock } from '../../../shared/time/times.ts'

const thanksMs = 6000

/** What happened to the connection of all tiles, since when, and what will happen next; then, shortly, that it is well. */
export function WallConnection(): ReactNode {
  const t = useWallMessages()
  const { locale } = useCatalogue()
  const { status, since } = useConnection()
  const [lostAt, setLostAt] = useState<number | null>(null)
  const [backAt, setBackAt] = useState<number | null>(null)
  if (status === 'waiting' && lostAt === null) {
    setLostAt(since)
    setBackAt(null)
  }
  if (status === 'open' && lostAt !== null) {
    setLostAt(null)
    setBackAt(since)
  }
  useEffect(() => {
    if (backAt === null) return undefined
    const timer = setTimeout(() => setBackAt(null), thanksMs)
    return () => clearTimeout(timer)
  }, [backAt])
  const clockOf = (ms: number): string => formatClock(new Date(ms).toISOString(), ownZone, locale)
  const says = navigator.onLine ? t.connection.lost : t.connection.offline
  return (
    <div
      className="wall-connection"
      data-phase={lostAt !== null ? 'lost' : backAt !== null ? 'back' : 'well'}
    >
      <p role="status">
        {lostAt !== null && (
          <>
            <strong>{says(clockOf(lostAt))}</strong> {t.connection.stands}
          </>
        )}
        {backAt !== null && t.connection.back(clockOf(backAt))}
      </p>
      {lostAt !== null && <NextAttempt words={t.connection} />}
    </div>
  )
}
