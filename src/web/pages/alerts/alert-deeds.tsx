import { useState, type ReactNode } from 'react'
import { Link } from 'wouter'
import type { AlertItem } from '../../../protocol/alerts.ts'
import { useAlertMessages } from '../../messages/alerts/use-alert-messages.ts'
import { Trouble } from '../../shared/trouble.tsx'
import { useAlertDeeds } from './use-alert-deeds.ts'

/** What can be done with an alert; removing it is asked once more, in its place. */
export function AlertDeeds(props: {
  readonly alert: AlertItem
  /** On its own page the way to the editor is among the tabs. */
  readonly hasEdit: boolean
  readonly onDone: (said: string) => void
  readonly onRemoved: () => void
}): ReactNode {
  const { alert, hasEdit, onDone, onRemoved } = props
  const { deeds: t } = useAlertMessages()
  const [isAsking, setAsking] = useState(false)
  const deeds = useAlertDeeds(alert, onDone)
  const { id, name, paused, rate, volume } = alert
  const isTelling = rate.kind !== 'never' || volume !== null
  const button = (label: string, onClick: () => void): ReactNode => (
    <button type="button" aria-label={t.of(label, name)} onClick={onClick}>
      {label}
    </button>
  )
  return (
    <>
      <div className="alert-deeds">
        {isAsking ? (
          <RemoveSure
            name={name}
            onYes={() => deeds.remove(onRemoved)}
            onNo={() => setAsking(false)}
          />
        ) : (
          <>
            {button(paused ? t.resume : t.pause, deeds.pauseOrResume)}
            {!paused && isTelling && button(deeds.isMuted ? t.unmute : t.mute, deeds.muteOrUnmute)}
            {hasEdit && (
              <Link className="button" href={`/alerts/${id}`} aria-label={t.of(t.edit, name)}>
                {t.edit}
              </Link>
            )}
            {button(t.remove, () => setAsking(true))}
          </>
        )}
      </div>
      <Trouble error={deeds.error} />
    </>
  )
}

function RemoveSure(props: {
  readonly name: string
  readonly onYes: () => void
  readonly onNo: () => void
}): ReactNode {
  const { deeds: t } = useAlertMessages()
  return (
    <div
      className="alert-remove"
      role="group"
      aria-label={t.removeSure(props.name)}
      onKeyDown={({ key }) => {
        if (key === 'Escape') props.onNo()
      }}
    >
      <p>{t.removeSure(props.name)}</p>
      {/* What was pressed is gone; the harmless answer has the focus. */}
      <button type="button" autoFocus onClick={props.onNo}>
        {t.removeNo}
      </button>
      <button type="button" className="danger" onClick={props.onYes}>
        {t.removeYes}
      </button>
    </div>
  )
}
