import { useId, type ReactNode } from 'react'
import { useCaptionStyleMessages } from '../../messages/caption-style/use-caption-style-messages.ts'
import '../../styles/fields.css'

/** A number between two ends; percent, unless it is said otherwise. */
export function AmountField(props: {
  readonly label: string
  /** Where the label alone would not tell several apart. */
  readonly name?: string
  readonly value: number
  readonly least: number
  readonly most: number
  readonly step: number
  readonly isOff?: boolean
  readonly say?: (value: number) => string
  readonly onChange: (value: number) => void
}): ReactNode {
  const { label, name, value } = props
  const t = useCaptionStyleMessages()
  const id = useId()
  const said = (props.say ?? t.percent)(value)
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
      {/* The slider says it itself; an output would say it again. */}
      <span aria-hidden="true" className="amount">
        {said}
      </span>
    </div>
  )
}
