import type { ReactNode } from 'react'
import { Link, useLocation, useRoute, useSearch } from 'wouter'
import { useSignIn } from '../data/account.ts'
import { useMessages } from '../messages/catalogue.tsx'

/** In the page's bar: the way in, or to one's account. Until it is known which, its place is kept. */
export function AccountLink(): ReactNode {
  const t = useMessages()
  const facts = useSignIn()
  const [path] = useLocation()
  const search = useSearch()
  const [isAccount] = useRoute('/account')
  const [isSignIn] = useRoute('/sign-in')
  if (facts === undefined)
    return (
      <span className="account-link unknown" aria-hidden="true">
        <Glyph isIn={false} />
        <span>{t.nav.signIn}</span>
      </span>
    )
  const { user } = facts
  const here =
    path === '/' && search === ''
      ? ''
      : `?next=${encodeURIComponent(`${path}${search === '' ? '' : `?${search}`}`)}`
  const isHere = user === null ? isSignIn : isAccount
  const label = user === null ? t.nav.signIn : t.nav.account
  return (
    <Link
      href={user === null ? `/sign-in${isSignIn ? '' : here}` : '/account'}
      className="account-link"
      aria-current={isHere ? 'page' : undefined}
    >
      <Glyph isIn={user !== null} />
      <span>{label}</span>
    </Link>
  )
}

function Glyph({ isIn }: { readonly isIn: boolean }): ReactNode {
  return (
    <svg viewBox="0 0 18 18" width="20" height="20" aria-hidden="true" className="glyph">
      <path d="M5.6 6.2a3.4 3.4 0 106.8 0 3.4 3.4 0 10-6.8 0M2.5 16c.7-3.1 3.2-4.8 6.5-4.8s5.8 1.7 6.5 4.8" />
      {isIn && <circle cx="14.6" cy="3.4" r="2.6" className="account-dot" />}
    </svg>
  )
}
