import { useId, type ReactNode } from 'react'
import { useCaptionStyleMessages } from '../../messages/caption-style/use-caption-style-messages.ts'
import { namedColors } from '../settings/settings.ts'
import { AmountField } from './amount-field.tsx'

/** The colours of television sets, the page's own, and any other; with its opacity where there is a colour. */
export function ColorField(props: {
  readonly label: string
  readonly what?: string
  readonly none: string
  readonly value: string | null
  readonly opacity: number
  readonly leastOpacity: number
  /** Opacity changes something although no colour was chosen. */
  readonly hasOwnColor: boolean
  readonly onColor: (value: string | null) => void
  readonly onOpacity: (value: number) => void
}): ReactNode {
  const { label, value, onColor } = props
  const t = useCaptionStyleMessages()
  const name = useId()
  const isNamed = value === null || Object.values(namedColors).includes(value)
  return (
    <fieldset className="color-field">
      <legend>
        {label} {props.what !== undefined && <span className="muted">{props.what}</span>}
      </legend>
      <div className="swatches">
        <label className="swatch swatch-none" title={props.none}>
          <input type="radio" name={name} checked={value === null} onChange={() => onColor(null)} />
          <span className="quiet">{props.none}</span>
        </label>
        {Object.entries(namedColors).map(([id, color]) => (
          <label key={id} className={`swatch swatch-${id}`} title={colorName(t.colors, id)}>
            <input
              type="radio"
              name={name}
              checked={value === color}
              onChange={() => onColor(color)}
            />
            <span className="quiet">{colorName(t.colors, id)}</span>
          </label>
        ))}
        <input
          type="color"
          className={isNamed ? 'swatch' : 'swatch chosen'}
          aria-label={`${label}: ${t.custom}`}
          title={t.custom}
          value={value ?? '#808080'}
          onChange={({ target }) => onColor(target.value)}
        />
      </div>
      <AmountField
        label={t.opacity}
        name={t.opacityOf(label)}
        value={props.opacity}
        least={props.leastOpacity}
        most={100}
        step={5}
        isOff={value === null && !props.hasOwnColor}
        onChange={props.onOpacity}
      />
    </fieldset>
  )
}

function colorName(names: Readonly<Record<string, string>>, id: string): string {
  return names[id] ?? id
}
