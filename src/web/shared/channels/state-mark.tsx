import type { ReactNode } from 'react'
import type { Channel } from '../../../protocol/api.ts'
import { useConnection } from '../../data/live.ts'
import { useMessages } from '../../messages/catalogue.tsx'

/** The state in words; the dot only repeats it. While the server cannot be heard, nothing is called live. */
export function StateMark({ state }: { readonly state: Channel['state'] }): ReactNode {
  const t = useMessages()
  const { status, reason } = useConnection()
  const isLost = status !== 'open' && reason !== null
  return (
    <span className={`state state-${isLost ? 'lost' : state}`}>
      {isLost ? t.state.lost : t.state[state]}
    </span>
  )
}
