import { useQuery } from '@tanstack/react-query'
import { useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import { listChannels } from '../../data/api.ts'
import { useMessages } from '../../messages/catalogue.tsx'
import { useTitle } from '../../shared/use-title.ts'
import {
  formatLayout,
  keysOf,
  moveTile,
  mostColumns,
  mostTiles,
  parseLayout,
  type Tile,
  type WallLayout,
} from './layout.ts'
import { WallTile } from './wall-tile.tsx'

const refreshMs = 15_000
/** "Show all on air" stops at what can be read at once. */
const mostFilled = 12

/** Several channels side by side; dark unless the reader chose otherwise. */
export default function WallPage(): ReactNode {
  const t = useMessages()
  useTitle(t.wall.heading)
  useDarkRoom()
  const [search] = useSearchParams()
  const [, navigate] = useLocation()
  const layout = parseLayout(search)
  const { tiles } = layout
  const keys = keysOf(tiles)
  const [allPaused, setAllPaused] = useState(false)
  const [spoken, setSpoken] = useState<string | null>(null)
  const [note, setNote] = useState('')
  const dragged = useRef<number | null>(null)
  const list = useRef<HTMLUListElement>(null)
  const channels = useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => listChannels(signal),
    refetchInterval: refreshMs,
  })
  const all = channels.data
  const onAir = (all ?? []).filter(({ state }) => state === 'live').slice(0, mostFilled)
  const change = (next: Partial<WallLayout>): void =>
    navigate(formatLayout({ ...layout, ...next }), { replace: true })
  const nameOf = ({ channel }: Tile): string =>
    all?.find(({ id }) => id === channel)?.name ?? channel
  const move = (at: number, by: number): void => {
    const tile = tiles[at]
    if (tile === undefined || by === 0) return
    const focused = document.activeElement
    change({ tiles: moveTile(tiles, at, by) })
    setNote(t.wall.moved(nameOf(tile), at + by + 1, tiles.length))
    // An element that is moved in the document loses the focus.
    requestAnimationFrame(() => {
      if (focused instanceof HTMLElement && list.current?.contains(focused) === true)
        focused.focus()
    })
  }
  const remove = (at: number): void => {
    const tile = tiles[at]
    if (tile === undefined) return
    change({ tiles: tiles.filter((_, n) => n !== at) })
    setNote(t.wall.removed(nameOf(tile)))
    list.current?.focus()
  }
  return (
    <div className="wall">
      <div className="wall-bar">
        <h1>{t.wall.heading}</h1>
        <label>
          <span>{t.wall.add}</span>
          <select
            value=""
            disabled={tiles.length >= mostTiles}
            onChange={(event) =>
              change({ tiles: [...tiles, { channel: event.target.value, track: null }] })
            }
          >
            <option value="">{t.wall.addChoose}</option>
            {(all ?? []).map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label className="columns">
          <span>{t.wall.columns}</span>
          <select
            value={layout.columns ?? ''}
            onChange={(event) =>
              change({ columns: event.target.value === '' ? null : Number(event.target.value) })
            }
          >
            <option value="">{t.wall.auto}</option>
            {Array.from({ length: mostColumns }, (_, i) => (
              <option key={i} value={i + 1}>
                {i + 1}
              </option>
            ))}
          </select>
        </label>
        {tiles.length > 0 && (
          <button type="button" aria-pressed={allPaused} onClick={() => setAllPaused(!allPaused)}>
            {allPaused ? t.wall.resumeAll : t.wall.pauseAll}
          </button>
        )}
      </div>
      <p role="status" className="quiet">
        {note}
      </p>
      {tiles.length === 0 && (
        <div className="empty">
          <p>{t.wall.empty}</p>
          {onAir.length > 0 && (
            <button
              type="button"
              className="fill"
              onClick={() =>
                change({ tiles: onAir.map(({ id }) => ({ channel: id, track: null })) })
              }
            >
              {t.wall.fill(onAir.length)}
            </button>
          )}
        </div>
      )}
      <ul
        className={`tiles cols-${layout.columns ?? 'auto'} of-${tiles.length}`}
        ref={list}
        tabIndex={-1}
      >
        {tiles.map((tile, i) => {
          const key = keys[i] ?? tile.channel
          return (
            <WallTile
              key={key}
              tile={tile}
              channel={all?.find(({ id }) => id === tile.channel)}
              isUnknown={all?.every(({ id }) => id !== tile.channel) === true}
              isPaused={allPaused}
              isSpoken={spoken === key}
              isFirst={i === 0}
              isLast={i === tiles.length - 1}
              onSpeak={(isSpoken) => setSpoken(isSpoken ? key : null)}
              onTrack={(track) =>
                change({ tiles: tiles.map((one, n) => (n === i ? { ...tile, track } : one)) })
              }
              onMove={(by) => move(i, by)}
              onRemove={() => remove(i)}
              onDragStart={() => {
                dragged.current = i
              }}
              onDrop={() => {
                if (dragged.current !== null) move(dragged.current, i - dragged.current)
                dragged.current = null
              }}
            />
          )
        })}
      </ul>
    </div>
  )
}

/** While the wall is there, the page is dark for a reader who chose no appearance. */
function useDarkRoom(): void {
  useLayoutEffect(() => {
    document.documentElement.dataset['room'] = 'dark'
    return () => {
      delete document.documentElement.dataset['room']
    }
  }, [])
}
