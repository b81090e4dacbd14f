import type { PointerEvent } from 'react'
import type { Channel } from '../../../../protocol/api.ts'
import type { LiveMatches } from '../../../data/live-matches.ts'
import type { Density, Tile } from '../layout/layout.ts'

/** What can be done to a tile, by its key. */
export interface TileActions {
  readonly pause: (key: string) => void
  readonly speak: (key: string) => void
  readonly track: (key: string, track: string) => void
  readonly size: (key: string, wide: boolean, tall: boolean) => void
  readonly move: (key: string, by: number) => void
  readonly beside: (key: string) => void
  readonly remove: (key: string) => void
  readonly drag: (key: string, event: PointerEvent<HTMLElement>) => void
}

export interface WallTileProps {
  readonly tile: Tile
  /** Its key among the tiles. */
  readonly id: string
  readonly channel: Channel | undefined
  /** No such channel is known to this reader. */
  readonly isUnknown: boolean
  /** By itself; all may be paused besides. */
  readonly isOwnPaused: boolean
  readonly isPaused: boolean
  readonly isSpoken: boolean
  readonly isFirst: boolean
  readonly isLast: boolean
  /** It is being dragged, or another one over it. */
  readonly dragging: 'dragged' | 'over' | null
  readonly density: Density
  readonly matches: LiveMatches | null
  readonly query: string
  readonly around: number
  readonly actions: TileActions
}
