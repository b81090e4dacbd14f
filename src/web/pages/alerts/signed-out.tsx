import type { ReactNode } from 'react'
import { Link, useLocation, useSearch } from 'wouter'
import { useAlertMessages } from '../../messages/alerts/use-alert-messages.ts'

/** What alerts are, and the way in, which leads back to where one was. */
export function SignedOut(): ReactNode {
  const t = useAlertMessages()
  const [path] = useLocation()
  const search = useSearch()
  const here = `${path}${search === '' ? '' : `?${search}`}`
  return (
    <div className="page empty">
      <h1>{t.title}</h1>
      <p>{t.signedOut}</p>
      <p>
        <Link className="button main" href={`/sign-in?next=${encodeURIComponent(here)}`}>
          {t.signIn}
        </Link>
      </p>
    </div>
  )
}
