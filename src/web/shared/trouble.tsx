import type { ReactNode } from 'react'
import { Refusal } from '../data/account.ts'
import { useAccountMessages } from '../messages/account/use-account-messages.ts'

/** What went wrong, in words; nothing when nothing did. */
export function Trouble({ error }: { readonly error: Error | null }): ReactNode {
  const t = useAccountMessages().trouble
  return (
    <p role="alert" className="trouble" hidden={error === null}>
      {error !== null && sayOf(error, t)}
    </p>
  )
}

function sayOf(error: Error, t: ReturnType<typeof useAccountMessages>['trouble']): string {
  if (!(error instanceof Refusal)) return t.other(error.message)
  if (error.status === 0) return t.offline
  switch (error.code) {
    case 'too-many-requests':
    case 'sign-in-failed':
    case 'last-admin':
    case 'conflict':
    case 'bad-request':
    case 'unauthorized':
      return t[error.code]
    default:
      return t.other(error.message)
  }
}
