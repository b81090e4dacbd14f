import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { AlertItem } from '../../../protocol/alerts.ts'
import type { OwnDestination } from '../../../protocol/deliveries.ts'
import { Refusal, useSignIn } from '../../data/account.ts'
import { isWorthRetrying, useAlerts } from '../../data/alerts.ts'
import { listDestinations } from '../../data/destinations.ts'
import { useAlertMessages } from '../../messages/alerts/use-alert-messages.ts'
import '../../styles/account.css'
import './alerts.css'
import { SignedOut } from './signed-out.tsx'

/** What every page of alerts is made of. */
export interface OwnAlerts {
  readonly alerts: readonly AlertItem[]
  readonly destinations: readonly OwnDestination[]
  /** Letters go nowhere yet. */
  readonly isOutbox: boolean
}

/** A page for whoever has signed in, once their alerts and destinations are there. */
export function SignedIn(props: { readonly children: (own: OwnAlerts) => ReactNode }): ReactNode {
  const facts = useSignIn()
  if (facts === undefined) return <Waiting />
  if (facts.user === null) return <SignedOut />
  return <Own isOutbox={facts.mail === 'outbox'}>{props.children}</Own>
}

function Own(props: {
  readonly isOutbox: boolean
  readonly children: (own: OwnAlerts) => ReactNode
}): ReactNode {
  const t = useAlertMessages()
  const alerts = useAlerts()
  const destinations = useQuery({
    queryKey: ['destinations'],
    queryFn: ({ signal }) => listDestinations(signal),
    retry: isWorthRetrying,
  })
  const error = alerts.error ?? destinations.error
  if (error instanceof Refusal && error.status === 401) return <SignedOut />
  if (alerts.data !== undefined && destinations.data !== undefined)
    return props.children({
      ...{ alerts: alerts.data, destinations: destinations.data, isOutbox: props.isOutbox },
    })
  if (error === null) return <Waiting />
  return (
    <div className="page empty" role="alert">
      <h1>{t.title}</h1>
      <p>
        {t.failed} <span lang="en">{error.message}</span>
      </p>
    </div>
  )
}

function Waiting(): ReactNode {
  return <p className="page waiting">{useAlertMessages().loading}</p>
}
