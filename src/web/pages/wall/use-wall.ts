import { useMemo, useState } from 'react'
import { useLocation, useSearch } from 'wouter'
import type { Channel } from '../../../protocol/api.ts'
import { useWallMessages } from '../../messages/wall/use-wall-messages.ts'
import {
  formatLayout,
  moveTile,
  mostTiles,
  nextSize,
  parseLayout,
  type Tile,
  type TileSize,
  type WallLayout,
} from './layout/layout.ts'
import { followTiles, type KeyedTile } from './layout/tile-keys.ts'
import type { TileActions } from './tile/tile-props.ts'

export interface Wall {
  readonly layout: WallLayout
  /** Tiles of the address that are too many. */
  readonly leftOut: number
  readonly tiles: readonly KeyedTile[]
  /** The address follows. */
  readonly change: (next: Partial<WallLayout>) => void
  readonly add: (name: string, tiles: readonly Tile[]) => void
  /** Keys of tiles that are paused by themselves. */
  readonly paused: ReadonlySet<string>
  readonly isAllPaused: boolean
  readonly pauseAll: () => void
  /** The one that is read aloud. */
  readonly spoken: string | null
  /** What was done last, for those who do not see it. */
  readonly note: string
  readonly tell: (note: string) => void
  readonly actions: Omit<TileActions, 'drag'> & {
    readonly nextTrack: (id: string) => void
    readonly nextSize: (id: string) => void
    readonly dropOn: (id: string, onto: string) => void
  }
}

/** What a wall is, and what can be done to it. */
export function useWall(channels: readonly Channel[] | undefined, focusOn: FocusOn): Wall {
  const t = useWallMessages()
  const search = useSearch()
  const [, navigate] = useLocation()
  const { layout, leftOut } = useMemo(() => parseLayout(new URLSearchParams(search)), [search])
  const [known, setKnown] = useState(() => ({
    of: layout.tiles,
    tiles: followTiles([], layout.tiles),
  }))
  if (known.of !== layout.tiles)
    setKnown({ of: layout.tiles, tiles: followTiles(known.tiles, layout.tiles) })
  const [paused, setPaused] = useState<ReadonlySet<string>>(new Set())
  const [isAllPaused, setAllPaused] = useState(false)
  const [spoken, setSpoken] = useState<string | null>(null)
  const [note, setNote] = useState('')
  const { tiles } = known

  const change = (next: Partial<WallLayout>): void =>
    navigate(formatLayout({ ...layout, ...next }), { replace: true })
  const indexOf = (id: string): number => tiles.findIndex(({ key }) => key === id)
  const tileOf = (id: string): Tile | undefined => tiles[indexOf(id)]?.tile
  const channelOf = (id: string): Channel | undefined =>
    channels?.find((one) => one.id === tileOf(id)?.channel)
  const nameOf = (id: string): string => channelOf(id)?.name ?? tileOf(id)?.channel ?? ''
  const replace = (id: string, change_: Partial<Tile>): void => {
    const at = indexOf(id)
    change({ tiles: layout.tiles.map((one, i) => (i === at ? { ...one, ...change_ } : one)) })
  }
  const move = (id: string, by: number): void => {
    const at = indexOf(id)
    const next = moveTile(layout.tiles, at, by)
    if (next === layout.tiles) return
    change({ tiles: next })
    const to = Math.min(Math.max(at + by, 0), tiles.length - 1)
    setNote(t.tile.moved(nameOf(id), to + 1, tiles.length))
    focusOn.kept()
  }
  const size = (id: string, to: TileSize): void => {
    replace(id, { size: to })
    setNote(t.tile.sized(nameOf(id), t.tile.sizes[to]))
  }
  /** The track after the one that is shown; the first where none is chosen. */
  const trackAfter = (id: string): string | null => {
    const tracks = (channelOf(id)?.tracks ?? []).map(({ track }) => track)
    const shown = tileOf(id)?.track ?? tracks[0]
    const at = tracks.findIndex((track) => track === shown)
    return tracks.length < 2 ? null : (tracks[(at + 1) % tracks.length] ?? null)
  }
  return {
    ...{ layout, leftOut, tiles, change, paused, isAllPaused, spoken, note, tell: setNote },
    add: (name, more) => {
      const next = [...layout.tiles, ...more].slice(0, mostTiles)
      change({ tiles: next })
      setNote(t.add.added(name, next.length))
    },
    pauseAll: () => {
      setAllPaused(!isAllPaused)
      // All go on: also those that stood still by themselves.
      if (isAllPaused) setPaused(new Set())
    },
    actions: {
      pause: (id) => {
        const next = new Set(paused)
        if (!next.delete(id)) next.add(id)
        setPaused(next)
      },
      speak: (id) => setSpoken(spoken === id ? null : id),
      track: (id, track) => replace(id, { track }),
      nextTrack: (id) => {
        const track = trackAfter(id)
        if (track !== null) replace(id, { track })
      },
      size: (id, wide, tall) =>
        size(id, wide ? (tall ? 'large' : 'wide') : tall ? 'tall' : 'normal'),
      nextSize: (id) => size(id, nextSize(tileOf(id)?.size ?? 'normal')),
      move,
      dropOn: (id, onto) => move(id, indexOf(onto) - indexOf(id)),
      beside: (id) => {
        const at = indexOf(id)
        const tile = tileOf(id)
        const track = trackAfter(id)
        if (tile === undefined || track === null || tiles.length >= mostTiles) return
        const next = [...layout.tiles]
        next.splice(at + 1, 0, { ...tile, track })
        change({ tiles: next })
        setNote(t.add.added(`${nameOf(id)} (${track})`, next.length))
      },
      remove: (id) => {
        const at = indexOf(id)
        change({ tiles: layout.tiles.filter((_, i) => i !== at) })
        // Its key may be given to another tile.
        setPaused(new Set([...paused].filter((one) => one !== id)))
        if (spoken === id) setSpoken(null)
        setNote(t.tile.removed(nameOf(id)))
        focusOn.next(at)
      },
    },
  }
}

/** Where the focus goes when the tile that has it goes. */
export interface FocusOn {
  /** An element that is moved in the document loses the focus: it is given back. */
  kept(): void
  /** On what stands at a place now that its tile is gone. */
  next(at: number): void
}
