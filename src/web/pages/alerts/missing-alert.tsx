import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { useAlertMessages } from '../../messages/alerts/use-alert-messages.ts'

export function MissingAlert(): ReactNode {
  const t = useAlertMessages()
  return (
    <div className="page empty">
      <h1>{t.missing}</h1>
      <p>{t.missingWhy}</p>
      <p>
        <Link href="/alerts">{t.all}</Link>
      </p>
    </div>
  )
}
