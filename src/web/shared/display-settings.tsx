import { useId, type ReactNode } from 'react'
import {
  locales,
  nameOfLocale,
  useCatalogue,
  useMessages,
  type Locale,
} from '../messages/catalogue.tsx'
import { clock, textSize, theme, useChoice } from './choices.ts'
import { Disclosure } from './disclosure.tsx'
import { OptionSelect } from './option-select.tsx'

/** How the website looks to this reader; what is chosen is seen at once, behind the panel. */
export function DisplaySettings(): ReactNode {
  const { messages: t, locale, choose } = useCatalogue()
  return (
    <Disclosure
      className="display"
      label={
        <>
          <svg viewBox="0 0 18 16" width="20" height="18" aria-hidden="true" className="glyph">
            <path d="M1 13L5 3l4 10M2.4 9.5h5.2M11.4 10.6a2.3 2.3 0 104.6 0 2.3 2.3 0 10-4.6 0M16 8v5" />
          </svg>
          <span>{t.display.label}</span>
        </>
      }
    >
      <TextSize />
      <Field
        label={t.display.theme}
        value={useChoice(theme)}
        options={theme.values.map((value) => [value, t.display.themes[value]])}
        onChange={theme.choose}
      />
      <Field
        label={t.display.clock}
        value={useChoice(clock)}
        options={clock.values.map((value) => [value, t.display.clocks[value]])}
        onChange={clock.choose}
      />
      <Field
        label={t.display.language}
        value={locale}
        options={locales.map((one): [Locale, string] => [one, nameOfLocale(one)])}
        onChange={choose}
      />
    </Disclosure>
  )
}

function TextSize(): ReactNode {
  const t = useMessages()
  const id = useId()
  const size = useChoice(textSize)
  const at = textSize.values.indexOf(size)
  const step = (by: number): void => {
    const next = textSize.values[at + by]
    if (next !== undefined) textSize.choose(next)
  }
  const last = textSize.values.length - 1
  return (
    <div className="field" role="group" aria-labelledby={id}>
      <span id={id}>{t.display.textSize}</span>
      <span className="stepper">
        <button
          type="button"
          aria-label={t.display.smaller}
          disabled={at === 0}
          onClick={() => step(-1)}
        >
          <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true" className="glyph">
            <path d="M3 8h10" />
          </svg>
        </button>
        <output>{`${size} %`}</output>
        <button
          type="button"
          aria-label={t.display.larger}
          disabled={at === last}
          onClick={() => step(1)}
        >
          <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true" className="glyph">
            <path d="M3 8h10M8 3v10" />
          </svg>
        </button>
      </span>
    </div>
  )
}

function Field<T extends string>(props: {
  readonly label: string
  readonly value: T
  readonly options: readonly (readonly [T, string])[]
  readonly onChange: (value: T) => void
}): ReactNode {
  return (
    <label className="field">
      <span>{props.label}</span>
      <OptionSelect value={props.value} options={props.options} onChoose={props.onChange} />
    </label>
  )
}
