import type { ReactNode } from 'react'
import { useAlertMessages } from '../../../messages/alerts/use-alert-messages.ts'
import type { OwnDestination } from '../../../../protocol/deliveries.ts'
import { warningsOf } from '../words.ts'
import type { AlertDraft } from './draft.ts'

/** Where it tells: any of the person's destinations. */
export function PlaceChoice(props: {
  readonly draft: AlertDraft
  readonly destinations: readonly OwnDestination[]
  readonly isOutbox: boolean
  readonly isMissing: boolean
  readonly onChange: (change: Partial<AlertDraft>) => void
}): ReactNode {
  const { draft, destinations, isOutbox, isMissing, onChange } = props
  const t = useAlertMessages()
  const chosen = destinations.filter(({ id }) => draft.destinations.includes(id))
  const toggle = (id: string, isChosen: boolean): void =>
    onChange({
      destinations: isChosen
        ? [...draft.destinations, id]
        : draft.destinations.filter((other) => other !== id),
    })
  return (
    <fieldset className="alert-part">
      <legend>{t.edit.to}</legend>
      {destinations.map(({ id, name, isAccount, settings }) => (
        <label key={id} className="alert-check">
          <input
            type="checkbox"
            checked={draft.destinations.includes(id)}
            onChange={({ target }) => toggle(id, target.checked)}
          />
          <span>
            <span dir="auto">
              {isAccount && settings.kind === 'email' ? settings.address : name}
            </span>
            {isAccount && <span className="muted"> {t.edit.account}</span>}
          </span>
        </label>
      ))}
      {warningsOf(chosen, isOutbox, t).map((warning) => (
        <p key={warning} className="alert-warning">
          {warning}
        </p>
      ))}
      {isMissing && (
        <p role="alert" className="alert-warning">
          {t.edit.choosePlace}
        </p>
      )}
      <p>
        {/* In a page of its own: what was written here stays. */}
        <a href="/destinations" target="_blank" rel="noopener">
          {t.edit.addDestination}
        </a>
      </p>
    </fieldset>
  )
}
