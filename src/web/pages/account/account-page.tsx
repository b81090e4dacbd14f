import type { ReactNode } from 'react'
import { Link, Redirect } from 'wouter'
import { useSignIn } from '../../data/account.ts'
import { useAccountMessages } from '../../messages/account/use-account-messages.ts'
import { useTitle } from '../../shared/use-title.ts'
import '../../styles/account.css'
import { Data } from './data.tsx'
import { Passkeys } from './passkeys.tsx'
import { Profile } from './profile.tsx'
import { Sessions } from './sessions.tsx'
import { Tokens } from './tokens.tsx'

/** Everything that is one person's: who they are, how they come in, what programs may, and the way out. */
export default function AccountPage(): ReactNode {
  const t = useAccountMessages().account
  const facts = useSignIn()
  useTitle(t.heading)
  if (facts === undefined) return <p className="page waiting">{t.loading}</p>
  const { user } = facts
  if (user === null) return <Redirect to="/sign-in?next=/account" replace />
  return (
    <div className="page account">
      <div className="account-head">
        <h1>{t.heading}</h1>
        <div className="account-ways">
          <Link className="button" href="/destinations">
            {t.destinations}
          </Link>
          {user.role === 'admin' && (
            <Link className="button" href="/admin">
              {t.administer}
            </Link>
          )}
        </div>
      </div>
      <div className="sheets">
        <Profile user={user} />
        <Passkeys />
        <Sessions />
        <Tokens user={user} />
        <Data user={user} />
      </div>
    </div>
  )
}
