import { lazy, Suspense, useId, useState, type ReactNode } from 'react'
import {
  locales,
  nameOfLocale,
  useCatalogue,
  useMessages,
  type Locale,
} from '../messages/catalogue.tsx'
import { ownStyle } from '../shared/caption-style/own-style.ts'
import { clock, theme } from '../shared/settings/choices.ts'
import { Disclosure } from '../shared/disclosure.tsx'
import { openKeyboardHelp } from '../shared/keyboard/keyboard-help.tsx'
import { useKept } from '../shared/settings/kept.ts'
import { OptionSelect } from '../shared/option-select.tsx'

const OwnStyleDialog = lazy(() => import('../shared/caption-style/own-style-dialog.tsx'))

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
      <StyleButton />
      <Field
        label={t.display.theme}
        value={useKept(theme)}
        options={theme.values.map((value) => [value, t.display.themes[value]])}
        onChange={theme.choose}
      />
      <Field
        label={t.display.clock}
        value={useKept(clock)}
        options={clock.values.map((value) => [value, t.display.clocks[value]])}
        onChange={clock.choose}
      />
      <Field
        label={t.display.language}
        value={locale}
        options={locales.map((one): [Locale, string] => [one, nameOfLocale(one)])}
        onChange={choose}
      />
      <button type="button" className="keys-button" onClick={openKeyboardHelp}>
        {t.keys.open}
      </button>
    </Disclosure>
  )
}

/** Letters, colours and edges: much, and seldom asked for, so it is fetched then. */
function StyleButton(): ReactNode {
  const t = useMessages()
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <button
        type="button"
        className="style-button"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {t.display.captionStyle}
      </button>
      {isOpen && (
        <Suspense>
          <OwnStyleDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}

/** The steps of the two buttons; the dialog has every size between. */
const sizes = [50, 75, 87, 100, 125, 150, 175, 200, 250, 300]

function TextSize(): ReactNode {
  const t = useMessages()
  const id = useId()
  const style = useKept(ownStyle)
  const { size } = style
  const smaller = sizes.findLast((one) => one < size)
  const larger = sizes.find((one) => one > size)
  const choose = (chosen: number | undefined): void => {
    if (chosen !== undefined) ownStyle.choose({ ...style, size: chosen })
  }
  return (
    <div className="field" role="group" aria-labelledby={id}>
      <span id={id}>{t.display.textSize}</span>
      <span className="stepper">
        <button
          type="button"
          aria-label={t.display.smaller}
          disabled={smaller === undefined}
          onClick={() => choose(smaller)}
        >
          <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true" className="glyph">
            <path d="M3 8h10" />
          </svg>
        </button>
        <output>{`${size} %`}</output>
        <button
          type="button"
          aria-label={t.display.larger}
          disabled={larger === undefined}
          onClick={() => choose(larger)}
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
