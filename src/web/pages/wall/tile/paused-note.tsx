import type { ReactNode } from 'react'
import { useWallMessages } from '../../../messages/wall/use-wall-messages.ts'

/** Why a tile stands still, and how much was said meanwhile. */
export function PausedNote(props: {
  readonly isPaused: boolean
  readonly missed: number
}): ReactNode {
  const t = useWallMessages()
  const { isPaused, missed } = props
  return (
    <p className="paused-note">
      {isPaused && t.tile.paused}
      {isPaused && missed > 0 && ' · '}
      {missed > 0 && t.tile.pausedNew(missed)}
    </p>
  )
}
