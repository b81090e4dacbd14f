import { useId, useMemo, useState, type KeyboardEvent, type ReactNode, type Ref } from 'react'
import type { Channel } from '../../../../protocol/api.ts'
import { useCatalogue } from '../../../messages/catalogue.tsx'
import { useWallMessages } from '../../../messages/wall/use-wall-messages.ts'
import { mostTiles, type Tile } from '../layout/layout.ts'
import { picksOf, type Pick } from './picks.ts'

/** More are found by typing. */
const mostShown = 80

/** A box that finds channels as one types, and puts them on the wall, one after the other. */
export function AddPicker(props: {
  readonly ref: Ref<HTMLInputElement>
  readonly channels: readonly Channel[]
  readonly tiles: readonly Tile[]
  readonly onAdd: (name: string, tiles: readonly Tile[]) => void
}): ReactNode {
  const { ref, channels, tiles, onAdd } = props
  const t = useWallMessages()
  const { locale } = useCatalogue()
  const id = useId()
  const [query, setQuery] = useState('')
  const [isOpen, setOpen] = useState(false)
  const [at, setAt] = useState(0)
  const picks = useMemo(
    () => picksOf(channels, tiles, query, locale, t.add.allTracks).slice(0, mostShown),
    [channels, tiles, query, locale, t],
  )
  const isFull = tiles.length >= mostTiles
  const active = isOpen ? picks[at] : undefined
  const take = ({ channel, tiles: more }: Pick): void => {
    if (isFull) return
    onAdd(channel.name, more)
    setQuery('')
    setAt(0)
  }
  const go = (to: number): void => {
    setOpen(true)
    setAt((to + picks.length) % Math.max(1, picks.length))
    document.getElementById(`${id}-${to}`)?.scrollIntoView({ block: 'nearest' })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') go(isOpen ? at + 1 : 0)
    else if (event.key === 'ArrowUp') go(isOpen ? at - 1 : picks.length - 1)
    else if (event.key === 'Enter' && active !== undefined) take(active)
    else if (event.key === 'Escape' && isOpen) setOpen(false)
    else return
    event.preventDefault()
  }
  return (
    <div className="picker">
      <label htmlFor={id} className="quiet">
        {t.add.label}
      </label>
      <input
        id={id}
        ref={ref}
        type="text"
        role="combobox"
        value={query}
        placeholder={isFull ? t.add.isFull(mostTiles) : t.add.placeholder}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={100}
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={active === undefined ? undefined : `${id}-${at}`}
        onChange={({ target }) => {
          setQuery(target.value)
          setAt(0)
          setOpen(true)
        }}
        onClick={() => setOpen(true)}
        onKeyDown={onKeyDown}
        onBlur={() => setOpen(false)}
      />
      <ul
        id={`${id}-list`}
        role="listbox"
        aria-label={t.add.options}
        className="picks"
        hidden={!isOpen || picks.length === 0}
      >
        {isOpen &&
          picks.map((pick, n) => (
            <li
              key={pick.key}
              id={`${id}-${n}`}
              role="option"
              aria-selected={n === at}
              aria-disabled={isFull}
              className={pick.isPart ? 'part' : undefined}
              // The box keeps the focus.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => take(pick)}
            >
              <span dir="auto">{pick.name}</span>
              <span className="muted" dir="auto">
                {pick.isPart ? <span className="quiet">{pick.about}</span> : pick.about}
              </span>
              {pick.isOnWall && <span className="on-wall">{t.add.onWall}</span>}
            </li>
          ))}
      </ul>
      {isOpen && query !== '' && picks.length === 0 && (
        <p className="picks none" role="status">
          {t.add.none(query)}
        </p>
      )}
      {isOpen && isFull && (
        <p className="quiet" role="status">
          {t.add.isFull(mostTiles)}
        </p>
      )}
    </div>
  )
}
