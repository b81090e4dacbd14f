import type { ReactNode } from 'react'
import { useWallMessages } from '../../../messages/wall/use-wall-messages.ts'
import { Disclosure } from '../../../shared/disclosure.tsx'
import { openKeyboardHelp } from '../../../shared/keyboard/keyboard-help.tsx'
import { OptionSelect } from '../../../shared/option-select.tsx'
import { densities, mostColumns, type WallLayout } from '../layout/layout.ts'

const columnsOffered = ['', ...Array.from({ length: mostColumns }, (_, i) => `${i + 1}`)]

/** How tiles are laid out, and the way to the keys. */
export function LayoutPanel(props: {
  readonly layout: WallLayout
  readonly onChange: (next: Partial<WallLayout>) => void
}): ReactNode {
  const { layout, onChange } = props
  const t = useWallMessages()
  return (
    <Disclosure label={t.layout.label}>
      <label className="field columns">
        <span>{t.layout.columns}</span>
        <OptionSelect
          value={layout.columns === null ? '' : `${layout.columns}`}
          options={columnsOffered.map((n) => [n, n === '' ? t.layout.auto : n])}
          onChoose={(n) => onChange({ columns: n === '' ? null : Number(n) })}
        />
      </label>
      <label className="field">
        <span>{t.layout.density}</span>
        <OptionSelect
          value={layout.density ?? 'auto'}
          options={[
            ['auto', t.layout.auto],
            ...densities.map((one) => [one, t.layout.densities[one]] as const),
          ]}
          onChoose={(one) => onChange({ density: one === 'auto' ? null : one })}
        />
      </label>
      {layout.tiles.length > 0 && (
        <button type="button" onClick={() => onChange({ tiles: [] })}>
          {t.layout.clear}
        </button>
      )}
      <button type="button" className="keys-button" onClick={openKeyboardHelp}>
        {t.layout.keys}
      </button>
    </Disclosure>
  )
}
