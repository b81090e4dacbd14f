import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { AlertItem } from '../../../protocol/alerts.ts'
import { useAlertMessages } from '../../messages/alerts/use-alert-messages.ts'
import { AlertState } from './alert-facts.tsx'

/** The name of an alert, and its two pages. */
export function AlertHead(props: {
  readonly alert: AlertItem
  readonly at: 'mentions' | 'edit'
}): ReactNode {
  const { alert, at } = props
  const { id, name } = alert
  const t = useAlertMessages()
  return (
    <div className="alert-head">
      <p>
        <Link href="/alerts">{t.all}</Link>
      </p>
      <h1>
        <span dir="auto">{name}</span> <AlertState alert={alert} />
      </h1>
      <nav aria-label={t.mentions.tabs} className="alert-tabs">
        <Link href={`/alerts/${id}/mentions`} aria-current={at === 'mentions' ? 'page' : undefined}>
          {t.mentions.tab}
        </Link>
        <Link href={`/alerts/${id}`} aria-current={at === 'edit' ? 'page' : undefined}>
          {t.deeds.edit}
        </Link>
      </nav>
    </div>
  )
}
