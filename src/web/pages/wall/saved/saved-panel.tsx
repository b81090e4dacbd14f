import { useState, type ReactNode } from 'react'
import { Link } from 'wouter'
import { useWallMessages } from '../../../messages/wall/use-wall-messages.ts'
import { Disclosure } from '../../../shared/disclosure.tsx'
import { ShareButton } from '../../../shared/share-button.tsx'
import { formatLayout, longestName, type WallLayout } from '../layout/layout.ts'
import {
  layoutOf,
  mostWalls,
  renamed,
  withoutWall,
  withWall,
  type SavedWall,
} from './saved-walls.ts'
import { savedWalls, useSavedWalls } from './use-saved-walls.ts'

/** Walls by name: this one is saved and handed on, others are opened, renamed and deleted. */
export function SavedPanel(props: {
  readonly layout: WallLayout
  readonly onChange: (next: Partial<WallLayout>) => void
}): ReactNode {
  const { layout, onChange } = props
  const t = useWallMessages()
  const walls = useSavedWalls()
  const [note, setNote] = useState('')
  const [deleted, setDeleted] = useState<SavedWall | null>(null)
  const save = (name: string): void => {
    savedWalls.choose(withWall(walls, { ...layout, name }))
    onChange({ name })
    setNote(t.saved.saved(name))
    setDeleted(null)
  }
  const remove = (wall: SavedWall): void => {
    savedWalls.choose(withoutWall(walls, wall.name))
    setDeleted(wall)
    setNote(t.saved.removed(wall.name))
  }
  return (
    <Disclosure className="saved-walls" label={t.saved.label}>
      {layout.tiles.length > 0 && (
        <>
          <SaveForm key={layout.name} layout={layout} walls={walls} onSave={save} />
          <ShareButton title={layout.name === '' ? t.heading : layout.name} />
        </>
      )}
      <p role="status" className="saved-note">
        {note}
        {deleted !== null && (
          <button
            type="button"
            onClick={() => {
              savedWalls.choose(withWall(walls, layoutOf(deleted).layout))
              setDeleted(null)
              setNote(t.saved.saved(deleted.name))
            }}
          >
            {t.saved.undo}
          </button>
        )}
      </p>
      {walls.length === 0 ? (
        <p className="muted">{t.saved.none}</p>
      ) : (
        <ul>
          {walls.map((wall) => (
            <SavedRow
              key={wall.name}
              wall={wall}
              isOpen={wall.name === layout.name}
              isChanged={wall.address !== formatLayout(layout)}
              isTaken={(name) => walls.some((one) => one !== wall && one.name === name)}
              onRename={(name) => {
                savedWalls.choose(renamed(walls, wall.name, name))
                if (wall.name === layout.name) onChange({ name })
              }}
              onRemove={() => remove(wall)}
            />
          ))}
        </ul>
      )}
      {layout.tiles.length > 0 && <Link href="/wall">{t.saved.fresh}</Link>}
    </Disclosure>
  )
}

function SaveForm(props: {
  readonly layout: WallLayout
  readonly walls: readonly SavedWall[]
  readonly onSave: (name: string) => void
}): ReactNode {
  const { layout, walls, onSave } = props
  const t = useWallMessages()
  const [name, setName] = useState(layout.name)
  const trimmed = name.trim()
  const known = walls.find((one) => one.name === trimmed)
  const isOwn = trimmed === layout.name
  const isSame = known?.address === formatLayout({ ...layout, name: trimmed })
  const isFull = known === undefined && walls.length >= mostWalls
  return (
    <form
      className="save-wall"
      onSubmit={(event) => {
        event.preventDefault()
        if (trimmed !== '' && !isFull) onSave(trimmed)
      }}
    >
      <label>
        <span>{t.saved.name}</span>
        <input
          type="text"
          value={name}
          required
          maxLength={longestName}
          autoComplete="off"
          onChange={({ target }) => setName(target.value)}
        />
      </label>
      <button type="submit" className="go" disabled={trimmed === '' || isSame || isFull}>
        {known !== undefined && isOwn ? t.saved.update : t.saved.save}
      </button>
      {known !== undefined && !isOwn && <p className="muted">{t.saved.taken(trimmed)}</p>}
      {isFull && <p className="muted">{t.saved.full(mostWalls)}</p>}
    </form>
  )
}

function SavedRow(props: {
  readonly wall: SavedWall
  /** It is the wall that is shown, as it was saved or changed since. */
  readonly isOpen: boolean
  readonly isChanged: boolean
  readonly isTaken: (name: string) => boolean
  readonly onRename: (name: string) => void
  readonly onRemove: () => void
}): ReactNode {
  const { wall, isOpen, isChanged, isTaken, onRename, onRemove } = props
  const t = useWallMessages()
  const [next, setNext] = useState<string | null>(null)
  const { tiles } = layoutOf(wall).layout
  if (next !== null)
    return (
      <li>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            if (next.trim() !== '') onRename(next.trim())
            setNext(null)
          }}
        >
          <input
            type="text"
            aria-label={t.saved.newName(wall.name)}
            value={next}
            maxLength={longestName}
            autoFocus
            onChange={({ target }) => setNext(target.value)}
          />
          <button type="submit">{t.saved.done}</button>
          <button type="button" onClick={() => setNext(null)}>
            {t.saved.cancel}
          </button>
          {isTaken(next.trim()) && <p className="muted">{t.saved.taken(next.trim())}</p>}
        </form>
      </li>
    )
  return (
    <li>
      <Link href={wall.address} aria-current={isOpen ? 'page' : undefined}>
        <span dir="auto">{wall.name}</span>
        <span className="muted">
          {isOpen && isChanged ? t.saved.changed : t.saved.tiles(tiles.length)}
        </span>
      </Link>
      <button
        type="button"
        aria-label={t.saved.rename(wall.name)}
        onClick={() => setNext(wall.name)}
      >
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" className="glyph">
          <path d="M3 13l.6-2.8L11 2.8l2.2 2.2-7.4 7.4z" />
        </svg>
      </button>
      <button type="button" aria-label={t.saved.remove(wall.name)} onClick={onRemove}>
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" className="glyph">
          <path d="M4 4l8 8M12 4l-8 8" />
        </svg>
      </button>
    </li>
  )
}
