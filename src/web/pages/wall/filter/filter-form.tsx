import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { useWallMessages } from '../../../messages/wall/use-wall-messages.ts'
import { addressOfNew } from '../../alerts/new-address.ts'
import { SearchBox } from '../../search/box/search-box.tsx'
import { mostAround, type WallLayout } from '../layout/layout.ts'
import type { WallQuery } from './use-wall-query.ts'

/** Which lines the wall shows: all of them, or those a query matches, with some around them. */
export function FilterForm(props: {
  readonly layout: WallLayout
  readonly query: WallQuery
  readonly onChange: (next: Partial<WallLayout>) => void
}): ReactNode {
  const { layout, query, onChange } = props
  const t = useWallMessages()
  return (
    <div className="wall-filter">
      <SearchBox
        q={layout.query}
        fault={query.fault}
        texts={{ label: t.filter.label, placeholder: t.filter.placeholder, go: t.filter.go }}
        onAsk={(q) => onChange({ query: q })}
      />
      {layout.query !== '' && query.fault === null && (
        <div className="wall-filter-on">
          <p role="status">
            {t.filter.shows} <strong>{query.restated ?? layout.query}</strong>
          </p>
          <label>
            <span>{t.filter.around}</span>
            <select
              value={layout.around}
              onChange={({ target }) => onChange({ around: Number(target.value) })}
            >
              {Array.from({ length: mostAround + 1 }, (_, n) => (
                <option key={n} value={n}>
                  {n}
                </option>
              ))}
            </select>
          </label>
          <Link
            href={addressOfNew(layout.query, [
              ...new Set(layout.tiles.map((tile) => tile.channel)),
            ])}
          >
            {t.filter.alert}
          </Link>
        </div>
      )}
      {layout.query !== '' && (
        <button type="button" className="filter-off" onClick={() => onChange({ query: '' })}>
          {t.filter.off}
        </button>
      )}
    </div>
  )
}
