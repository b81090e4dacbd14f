import { useQuery } from '@tanstack/react-query'
import { useLayoutEffect, useRef, type CSSProperties, type ReactNode } from 'react'
import { listChannels } from '../../data/api.ts'
import { useLiveMatches } from '../../data/live-matches.ts'
import { useWallMessages } from '../../messages/wall/use-wall-messages.ts'
import { useTitle } from '../../shared/use-title.ts'
import { AddPicker } from './bar/add-picker.tsx'
import { LayoutPanel } from './bar/layout-panel.tsx'
import { EmptyWall } from './empty-wall.tsx'
import { FilterForm } from './filter/filter-form.tsx'
import { useWallQuery } from './filter/use-wall-query.ts'
import { mostTiles } from './layout/layout.ts'
import { useDrag } from './room/use-drag.ts'
import { useFullScreen } from './room/use-full-screen.ts'
import { useGrid } from './room/use-grid.ts'
import { useIsIdle } from './room/use-is-idle.ts'
import { useWallKeys, type WallKey } from './room/use-wall-keys.ts'
import { WallConnection } from './room/wall-connection.tsx'
import { SavedPanel } from './saved/saved-panel.tsx'
import { WallTile } from './tile/wall-tile.tsx'
import { useWall } from './use-wall.ts'
import './wall.css'

const refreshMs = 15_000

/** Up to fifty channels side by side; dark unless the reader chose otherwise. */
export default function WallPage(): ReactNode {
  const t = useWallMessages()
  const list = useRef<HTMLUListElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const { data: all } = useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => listChannels(signal),
    refetchInterval: refreshMs,
  })
  const focusTile = (at: number): void => {
    const tiles = [...(list.current?.querySelectorAll<HTMLElement>('[data-tile]') ?? [])]
    const tile = tiles[Math.min(at, tiles.length - 1)]
    const text = tile?.querySelector<HTMLElement>('.tile-text, .tile-note')
    if (at >= 0) (text ?? list.current)?.focus()
  }
  const wall = useWall(all, {
    kept: () => {
      const focused = document.activeElement
      requestAnimationFrame(() => {
        if (focused instanceof HTMLElement && list.current?.contains(focused) === true)
          focused.focus()
      })
    },
    next: (at) => requestAnimationFrame(() => focusTile(at)),
  })
  const { layout, tiles, change, actions } = wall
  useTitle(layout.name === '' ? t.heading : layout.name)
  useDarkRoom()
  const query = useWallQuery(layout.query)
  const matches = useLiveMatches(query.applied)
  const full = useFullScreen()
  const isIdle = useIsIdle(full.isFull)
  const grid = useGrid(list, layout, full.isFull)
  const drag = useDrag(actions.dropOn)
  const onKey = (key: WallKey, id: string | null): void => {
    if (key === 'pauseAll') wall.pauseAll()
    else if (key === 'add') picker.current?.focus()
    else if (key === 'full') full.toggle()
    else if (id !== null) {
      const at = tiles.findIndex((one) => one.key === id)
      const doIt: Readonly<Record<typeof key, () => void>> = {
        pause: () => actions.pause(id),
        track: () => actions.nextTrack(id),
        size: () => actions.nextSize(id),
        aloud: () => actions.speak(id),
        remove: () => actions.remove(id),
        before: () => focusTile(at - 1),
        after: () => focusTile(at + 1),
        moveBefore: () => actions.move(id, -1),
        moveAfter: () => actions.move(id, 1),
        moveUp: () => actions.move(id, -grid.columns),
        moveDown: () => actions.move(id, grid.columns),
      }
      doIt[key]()
    }
  }
  useWallKeys(onKey)
  const style = {
    '--columns': grid.columns,
    '--row': `${grid.rowPx}px`,
    '--tile-text': `${grid.textRem}rem`,
  } as CSSProperties
  const classes = ['tiles', grid.density, grid.columns === 1 && 'one-column']
  return (
    <div className={isIdle ? 'wall idle' : 'wall'}>
      <div className="wall-bar">
        <h1 dir="auto">{layout.name === '' ? t.heading : layout.name}</h1>
        <AddPicker ref={picker} channels={all ?? []} tiles={layout.tiles} onAdd={wall.add} />
        <div className="wall-tools">
          {tiles.length > 0 && (
            <>
              <button type="button" aria-pressed={wall.isAllPaused} onClick={wall.pauseAll}>
                {wall.isAllPaused ? t.resumeAll : t.pauseAll}
              </button>
              <button
                type="button"
                className="full-screen"
                aria-label={full.isFull ? t.fullLeave : t.full}
                title={full.isFull ? t.fullLeave : t.full}
                onClick={full.toggle}
              >
                <svg
                  viewBox="0 0 16 16"
                  width="16"
                  height="16"
                  aria-hidden="true"
                  className="glyph"
                >
                  <path d="M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4" />
                </svg>
              </button>
            </>
          )}
          <LayoutPanel layout={layout} onChange={change} />
          <SavedPanel layout={layout} onChange={change} />
        </div>
        {tiles.length > 0 && (
          <div className="wall-filter-place">
            <FilterForm layout={layout} query={query} onChange={change} />
          </div>
        )}
      </div>
      <WallConnection />
      <p role="status" className="quiet">
        {wall.note}
      </p>
      {wall.leftOut > 0 && <p className="muted">{t.leftOut(wall.leftOut, mostTiles)}</p>}
      {tiles.length === 0 && (
        <EmptyWall channels={all} onFill={(next) => change({ tiles: next })} onAdd={wall.add} />
      )}
      <ul className={classes.filter(Boolean).join(' ')} style={style} ref={list} tabIndex={-1}>
        {tiles.map(({ key, tile }, i) => (
          <WallTile
            key={key}
            id={key}
            tile={tile}
            channel={all?.find(({ id }) => id === tile.channel)}
            isUnknown={all?.every(({ id }) => id !== tile.channel) === true}
            isOwnPaused={wall.paused.has(key)}
            isPaused={wall.isAllPaused || wall.paused.has(key)}
            isSpoken={wall.spoken === key}
            isFirst={i === 0}
            isLast={i === tiles.length - 1}
            dragging={drag.dragged === key ? 'dragged' : drag.over === key ? 'over' : null}
            density={grid.density}
            matches={matches}
            query={query.applied}
            around={layout.around}
            actions={{ ...actions, drag: drag.start }}
          />
        ))}
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
