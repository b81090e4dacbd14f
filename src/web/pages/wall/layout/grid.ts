import type { Density, TileSize, WallLayout } from './layout.ts'

/** What there is for tiles, in CSS pixels. */
export interface Room {
  readonly width: number
  readonly height: number
}

export interface Grid {
  readonly columns: number
  readonly density: Density
  /** The least height of a row, in CSS pixels. */
  readonly rowPx: number
  /** Size of captions, in rem, before the reader's own factor. */
  readonly textRem: number
}

export const gapPx = 8
/** Narrower, it is a phone: tiles stand one below the other. */
const phonePx = 640
const least: Readonly<Record<Density, Room>> = {
  comfortable: { width: 330, height: 210 },
  compact: { width: 250, height: 150 },
  dense: { width: 180, height: 112 },
}
const order: readonly Density[] = ['comfortable', 'compact', 'dense']
/** A line of captions has 32 letters; in a tile of this width it fits at one rem. */
const pxPerRem = 300
const smallestRem = 0.8125
const largestRem = 1.75
/** Wide for its height is how a tile is read best. */
const shape = 1.6

export function cellsOf(size: TileSize): number {
  return size === 'normal' ? 1 : size === 'large' ? 4 : 2
}

/** Columns, density and size of text for a layout in a room; all tiles are in sight where that can be. */
export function gridOf(
  room: Room,
  layout: Pick<WallLayout, 'tiles' | 'columns' | 'density'>,
): Grid {
  const cells = Math.max(
    1,
    layout.tiles.reduce((sum, { size }) => sum + cellsOf(size), 0),
  )
  if (room.width < phonePx) return grid(room, 1, layout.density ?? 'comfortable')
  const tried = layout.density === null ? order : [layout.density]
  for (const density of tried) {
    const columns = layout.columns ?? bestColumns(room, cells, density)
    if (columns === null) continue
    const fits = isRoomFor(room, cells, columns, density)
    if (fits || density === tried.at(-1)) return grid(room, columns, density)
  }
  const last = tried.at(-1) ?? 'dense'
  return grid(room, mostColumnsOf(room, last), last)
}

/** Of the numbers of columns with which all is in sight, the one with the best tiles; null when there is none. */
function bestColumns(room: Room, cells: number, density: Density): number | null {
  let best: number | null = null
  let bestScore = 0
  for (let columns = 1; columns <= Math.min(cells, mostColumnsOf(room, density)); columns++) {
    if (!isRoomFor(room, cells, columns, density)) continue
    const { width, height } = tileOf(room, cells, columns)
    const score = Math.min(width, height * shape)
    if (score <= bestScore) continue
    best = columns
    bestScore = score
  }
  return best
}

function mostColumnsOf({ width }: Room, density: Density): number {
  return Math.max(1, Math.floor((width + gapPx) / (least[density].width + gapPx)))
}

function isRoomFor(room: Room, cells: number, columns: number, density: Density): boolean {
  const { width, height } = tileOf(room, cells, columns)
  return width >= least[density].width && height >= least[density].height
}

function tileOf({ width, height }: Room, cells: number, columns: number): Room {
  const rows = Math.ceil(cells / columns)
  return {
    width: (width - gapPx * (columns - 1)) / columns,
    height: (height - gapPx * (rows - 1)) / rows,
  }
}

function grid(room: Room, columns: number, density: Density): Grid {
  const width = (room.width - gapPx * (columns - 1)) / columns
  // In steps, so that a window that is dragged wider does not set its text anew at every pixel.
  const rem = Math.round((width / pxPerRem) * 16) / 16
  return {
    ...{ columns, density, rowPx: least[density].height },
    textRem: Math.min(Math.max(rem, smallestRem), largestRem),
  }
}
