import type { ReactNode } from 'react'
import { useWallMessages } from '../../../messages/wall/use-wall-messages.ts'
import { Disclosure } from '../../../shared/disclosure.tsx'
import { useKept } from '../../../shared/kept.ts'
import { OptionSelect } from '../../../shared/option-select.tsx'
import { shortcutsOn } from '../../../shared/shortcuts.ts'
import { densities, mostColumns, type WallLayout } from '../layout/layout.ts'
import { keysOfTile, keysOfWall } from '../room/use-wall-keys.ts'

const columnsOffered = ['', ...Array.from({ length: mostColumns }, (_, i) => `${i + 1}`)]

/** How tiles are laid out, and the keys. */
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
      <Keys />
    </Disclosure>
  )
}

function Keys(): ReactNode {
  const t = useWallMessages()
  const use = useKept(shortcutsOn)
  return (
    <section className="wall-keys" aria-label={t.keys.label}>
      <label>
        <input
          type="checkbox"
          checked={use === 'on'}
          onChange={({ target }) => shortcutsOn.choose(target.checked ? 'on' : 'off')}
        />
        <span>{t.keys.use}</span>
      </label>
      <KeyList heading={t.keys.inTile} keys={keysOfTile} />
      <KeyList heading={t.keys.anywhere} keys={keysOfWall} />
    </section>
  )
}

function KeyList(props: {
  readonly heading: string
  readonly keys: typeof keysOfTile | typeof keysOfWall
}): ReactNode {
  const t = useWallMessages()
  return (
    <>
      <h2>{props.heading}</h2>
      <dl>
        {props.keys.map(([does, keys]) => (
          <div key={does}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{t.keys.says[does]}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}
