import { useId, useState, type ReactNode } from 'react'
import type { AlertFeed } from '../../../../protocol/alerts.ts'
import { createFeed } from '../../../data/alerts.ts'
import { useAlertMessages } from '../../../messages/alerts/use-alert-messages.ts'
import { Secret } from '../../../shared/secret.tsx'
import { Trouble } from '../../../shared/trouble.tsx'
import { useDeed } from '../../../shared/use-deed.ts'

/** Secret addresses under which feed readers find what the alert finds. */
export function Feeds({ id }: { readonly id: string }): ReactNode {
  const { feed: t } = useAlertMessages()
  const heading = useId()
  const deed = useDeed()
  const [made, setMade] = useState<AlertFeed | null>(null)
  return (
    <section className="alert-feeds" aria-labelledby={heading}>
      <h2 id={heading}>{t.heading}</h2>
      <p>{t.lead}</p>
      {made !== null && (
        <>
          <Secret key={made.atom} text={made.atom} says={`${t.atom}, ${t.shown}`} />
          <Secret key={made.json} text={made.json} says={`${t.json}, ${t.shown}`} />
        </>
      )}
      <p className="muted">{t.replaces}</p>
      <button type="button" onClick={() => deed.run(async () => setMade(await createFeed(id)))}>
        {made === null ? t.make : t.again}
      </button>
      <Trouble error={deed.error} />
    </section>
  )
}
