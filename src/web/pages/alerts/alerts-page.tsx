import { useQuery } from '@tanstack/react-query'
import { useRef, useState, type ReactNode } from 'react'
import { Link } from 'wouter'
import { listChannels } from '../../data/api.ts'
import { useAlertMessages } from '../../messages/alerts/use-alert-messages.ts'
import { useTitle } from '../../shared/use-title.ts'
import { AlertCard } from './alert-card.tsx'
import { SignedIn, type OwnAlerts } from './signed-in.tsx'

/** One's alerts, and what they found lately. */
export default function AlertsPage(): ReactNode {
  useTitle(useAlertMessages().title)
  return <SignedIn>{(own) => <AlertList own={own} />}</SignedIn>
}

function AlertList({ own }: { readonly own: OwnAlerts }): ReactNode {
  const t = useAlertMessages()
  const [said, setSaid] = useState('')
  const heading = useRef<HTMLHeadingElement>(null)
  const channels = useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => listChannels(signal),
  })
  const { alerts } = own
  return (
    <div className="page alerts-page">
      <div className="alerts-head">
        <h1 ref={heading} tabIndex={-1}>
          {t.title}
        </h1>
        {alerts.length > 0 && (
          <Link className="button main" href="/alerts/new">
            {t.make}
          </Link>
        )}
      </div>
      <p role="status" className={said === '' ? 'quiet' : 'alert-said'}>
        {said}
      </p>
      {alerts.length === 0 ? (
        <div className="empty">
          <p>{t.none}</p>
          <p>
            <Link className="button main" href="/alerts/new">
              {t.tryWord}
            </Link>
          </p>
        </div>
      ) : (
        <>
          <p className="muted">{t.lead}</p>
          <ul className="alert-list">
            {alerts.map((alert) => (
              <li key={alert.id}>
                <AlertCard
                  alert={alert}
                  own={own}
                  channels={channels.data ?? []}
                  onDone={setSaid}
                  // What had the focus is gone with its alert.
                  onRemoved={() => heading.current?.focus()}
                />
              </li>
            ))}
          </ul>
          <p>
            <Link href="/destinations">{t.destinations}</Link>
          </p>
        </>
      )}
    </div>
  )
}
