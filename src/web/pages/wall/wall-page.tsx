import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import { listChannels } from '../../data/api.ts'
import { useMessages } from '../../messages/catalogue.tsx'
import { useTitle } from '../../shared/use-title.ts'
import {
  formatLayout,
  moveTile,
  mostColumns,
  mostTiles,
  parseLayout,
  type Tile,
  type WallLayout,
} from './layout.ts'
import { WallTile } from './wall-tile.tsx'

const refreshMs = 15_000

/** Several channels side by side; dark unless the reader chose otherwise. */
export default function WallPage(): ReactNode {
  const t = useMessages()
  useTitle(t.wall.heading)
  const [search] = useSearchParams()
  const [, navigate] = useLocation()
  const layout = parseLayout(search)
  const [allPaused, setAllPaused] = useState(false)
  const [spoken, setSpoken] = useState<number | null>(null)
  const channels = useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => listChannels(signal),
    refetchInterval: refreshMs,
  })
  const change = (next: Partial<WallLayout>): void =>
    navigate(formatLayout({ ...layout, ...next }), { replace: true })
  const replaceTile = (at: number, tile: Tile): void =>
    change({ tiles: layout.tiles.map((one, i) => (i === at ? tile : one)) })
  return (
    <div className="wall">
      <div className="wall-bar">
        <h1>{t.wall.heading}</h1>
        <label>
          <span>{t.wall.add}</span>
          <select
            value=""
            disabled={layout.tiles.length >= mostTiles}
            onChange={(event) =>
              change({ tiles: [...layout.tiles, { channel: event.target.value, track: null }] })
            }
          >
            <option value="">{t.wall.addChoose}</option>
            {(channels.data ?? []).map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
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
        {layout.tiles.length > 0 && (
          <button type="button" aria-pressed={allPaused} onClick={() => setAllPaused(!allPaused)}>
            {allPaused ? t.wall.resumeAll : t.wall.pauseAll}
          </button>
        )}
      </div>
      {layout.tiles.length === 0 && <p className="empty">{t.wall.empty}</p>}
      <ul className={`tiles cols-${layout.columns ?? 'auto'}`}>
        {layout.tiles.map((tile, i) => (
          <WallTile
            key={`${tile.channel} ${i}`}
            tile={tile}
            channel={channels.data?.find(({ id }) => id === tile.channel)}
            isPaused={allPaused}
            isSpoken={spoken === i}
            isFirst={i === 0}
            isLast={i === layout.tiles.length - 1}
            onSpeak={(isSpoken) => setSpoken(isSpoken ? i : null)}
            onTrack={(track) => replaceTile(i, { ...tile, track })}
            onMove={(by) => change({ tiles: moveTile(layout.tiles, i, by) })}
            onRemove={() => change({ tiles: layout.tiles.filter((_, n) => n !== i) })}
          />
        ))}
      </ul>
    </div>
  )
}
