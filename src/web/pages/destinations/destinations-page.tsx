import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { ApiError } from '../../data/api.ts'
import { listDestinations } from '../../data/destinations.ts'
import { useDestinationMessages } from '../../messages/destinations/use-destination-messages.ts'
import { useTitle } from '../../shared/use-title.ts'
import { AddForm } from './add-form.tsx'
import { DeliveryLog } from './delivery-log.tsx'
import { DestinationCard } from './destination-card.tsx'
import './destinations.css'
import { SecretBox } from './secret-box.tsx'
import { Stops } from './stops.tsx'

/** Where notifications go, and what became of them. */
export default function DestinationsPage(): ReactNode {
  const t = useDestinationMessages()
  const queries = useQueryClient()
  const [secret, setSecret] = useState<string | null>(null)
  const [said, setSaid] = useState('')
  useTitle(t.title)
  const { data, error } = useQuery({
    queryKey: ['destinations'],
    queryFn: ({ signal }) => listDestinations(signal),
    retry: (times, reason) => times < 2 && !(reason instanceof ApiError && reason.status === 401),
  })
  const changed = (): void => {
    for (const key of ['destinations', 'deliveries', 'stops'])
      void queries.invalidateQueries({ queryKey: [key] })
  }
  if (error instanceof ApiError && error.status === 401) return <SignInFirst />
  return (
    <div className="page destinations-page">
      <h1>{t.title}</h1>
      <p className="muted">{t.lead}</p>
      <p role="status" className={said === '' ? 'quiet' : 'told'}>
        {said}
      </p>
      {secret !== null && <SecretBox secret={secret} onClose={() => setSecret(null)} />}
      {data === undefined ? (
        <p role={error === null ? 'status' : 'alert'}>{error === null ? t.loading : t.failed}</p>
      ) : (
        <>
          <ul className="destinations">
            {data.map((destination) => (
              <li key={destination.id}>
                <DestinationCard
                  destination={destination}
                  onChange={changed}
                  onSecret={setSecret}
                  onSay={setSaid}
                />
              </li>
            ))}
          </ul>
          <AddForm
            onAdded={(made) => {
              setSecret(made)
              changed()
            }}
          />
          <Stops destinations={data} onChange={changed} />
          <DeliveryLog destinations={data} />
        </>
      )}
    </div>
  )
}

function SignInFirst(): ReactNode {
  const t = useDestinationMessages()
  return (
    <div className="page empty">
      <h1>{t.title}</h1>
      <p>{t.signIn}</p>
      <p>
        <a href="/sign-in?next=/destinations">{t.toSignIn}</a>
      </p>
    </div>
  )
}
