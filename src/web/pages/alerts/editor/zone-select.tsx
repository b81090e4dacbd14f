import { useId, type ReactNode } from 'react'
import { useAlertMessages } from '../../../messages/alerts/use-alert-messages.ts'

/** All that this browser knows; UTC is not among them in every one. */
const zones = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])]

/** Whose clocks a time of day is read from. */
export function ZoneSelect(props: {
  readonly value: string
  readonly onChoose: (timeZone: string) => void
}): ReactNode {
  const { edit: t } = useAlertMessages()
  const id = useId()
  const { value, onChoose } = props
  return (
    <div className="alert-field">
      <label htmlFor={id}>{t.zone}</label>
      <select id={id} value={value} onChange={({ target }) => onChoose(target.value)}>
        {(zones.includes(value) ? zones : [value, ...zones]).map((zone) => (
          <option key={zone} value={zone}>
            {zone.replaceAll('_', ' ')}
          </option>
        ))}
      </select>
    </div>
  )
}
