import { useId, type ReactNode } from 'react'
import { useAlertMessages } from '../../../messages/alerts/use-alert-messages.ts'

/** All that this browser knows; UTC is not among them in every one. */
const zones = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])]

/** Made once: there are hundreds, and the form is drawn at every key. */
const options = zones.map(optionOf)

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
        {!zones.includes(value) && optionOf(value)}
        {options}
      </select>
    </div>
  )
}

function optionOf(zone: string): ReactNode {
  return (
    <option key={zone} value={zone}>
      {zone.replaceAll('_', ' ')}
    </option>
  )
}
