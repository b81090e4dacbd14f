import { useId, type ReactNode } from 'react'
import { useCaptionStyleMessages } from '../../messages/caption-style/use-caption-style-messages.ts'

/** A number of percent between two ends. */
export function AmountField(props: {
  readonly label: string
  /** Where the label alone would not tell several apart. */
  readonly name?: string
  readonly value: number
  readonly least: number
  readonly most: number
  readonly step: number
  readonly isOff?: boolean
  readonly onChange: (value: number) => void
}): ReactNode {
  const { label, name, value } = props
  const t = useCaptionStyleMessages()
  const id = useId()
  const said = t.percent(value)
  return (
    <div className="amount-field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="range"
        aria-label={name}
        aria-valuetext={said}
        min={props.least}
        max={props.most}
        step={props.step}
        value={value}
        disabled={props.isOff}
        onChange={({ target }) => props.onChange(target.valueAsNumber)}
      />
      <output htmlFor={id}>{said}</output>
    </div>
  )
}
