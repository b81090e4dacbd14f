import type { ReactNode } from 'react'
import type { Channel } from '../../protocol/api.ts'
import { useMessages } from '../messages/catalogue.tsx'

/** The state in words; the dot only repeats it. */
export function StateMark({ state }: { readonly state: Channel['state'] }): ReactNode {
  const t = useMessages()
  return <span className={`state state-${state}`}>{t.state[state]}</span>
}
