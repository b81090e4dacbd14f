import { useState, type ReactNode } from 'react'
import { messageOf } from '../../../protocol/message-of.ts'
import type { OwnDestination } from '../../../protocol/deliveries.ts'
import {
  askForConfirmation,
  removeDestination,
  rotateSecret,
  switchDestination,
  testDestination,
} from '../../data/destinations.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { useDestinationMessages } from '../../messages/destinations/use-destination-messages.ts'
import { formatWhen, placeOf } from './present.ts'

/** One destination, and what can be done with it. */
export function DestinationCard(props: {
  readonly destination: OwnDestination
  readonly onChange: () => void
  readonly onSecret: (secret: string) => void
  readonly onSay: (said: string) => void
}): ReactNode {
  const t = useDestinationMessages()
  const { locale } = useCatalogue()
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const { destination, onChange, onSecret, onSay } = props
  const { id, name, settings, state, isAccount, rotatedUntil } = destination
  const act = (work: () => Promise<void>, said = ''): void => {
    setBusy(true)
    setProblem(null)
    work()
      .then(
        () => onSay(said),
        (error: unknown) => setProblem(messageOf(error)),
      )
      .finally(() => {
        setBusy(false)
        onChange()
      })
  }
  const button = (label: string, onClick: () => void): ReactNode => (
    <button type="button" disabled={isBusy} onClick={onClick} aria-label={`${label}: ${name}`}>
      {label}
    </button>
  )
  const told = problem ?? (state === 'active' ? null : destination.problem)
  return (
    <article className="destination">
      <h2>
        {name} <span className={`state ${state}`}>{t.states[state]}</span>
      </h2>
      <p className="muted">
        {t.kinds[settings.kind]} · {isAccount ? t.account : placeOf(settings)}
      </p>
      {state === 'unverified' && <p>{t.unverified}</p>}
      {rotatedUntil !== null && <p>{t.rotated(formatWhen(rotatedUntil, locale))}</p>}
      {told !== null && (
        <p role="alert" className="problem">
          {told}
        </p>
      )}
      <p className="row">
        {state === 'active' && button(t.test, () => act(() => testDestination(id), t.tested))}
        {state === 'unverified' &&
          button(t.again, () => act(() => askForConfirmation(id), t.askedAgain))}
        {state === 'active' && button(t.off, () => act(() => switchDestination(id, 'disabled')))}
        {state === 'disabled' && button(t.on, () => act(() => switchDestination(id, 'active')))}
        {settings.kind === 'webhook' &&
          button(t.rotate, () => act(async () => onSecret(await rotateSecret(id))))}
        {!isAccount &&
          button(t.remove, () => {
            if (confirm(t.removeSure(name))) act(() => removeDestination(id))
          })}
      </p>
    </article>
  )
}
