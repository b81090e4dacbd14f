import { useEffect, type ReactNode } from 'react'
import { useSignIn } from '../data/account.ts'

/** Whoever has signed in finds what they chose in every browser. Nothing is to be seen of it; frames of other sites are without. */
export function Preferences(): ReactNode {
  const user = useSignIn()?.user?.id
  useEffect(() => {
    if (user === undefined) return undefined
    const ended = new AbortController()
    // Fetched when it is needed: most readers never sign in.
    import('../shared/preferences/sync.ts').then(
      ({ keepInStep }) => {
        if (!ended.signal.aborted) keepInStep(user, ended.signal)
      },
      // The choices of this browser hold.
      () => undefined,
    )
    return () => ended.abort()
  }, [user])
  return null
}
