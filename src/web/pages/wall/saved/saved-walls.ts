import { formatLayout, longestName, parseLayout, type WallLayout } from '../layout/layout.ts'

/** A wall that is kept: its name, and the address that is its layout. */
export interface SavedWall {
  readonly name: string
  readonly address: string
}

export const mostWalls = 100

/** Reads what is kept; it may be of another version, or of anybody who can write there. */
export function parseWalls(text: string | null): readonly SavedWall[] {
  const walls: SavedWall[] = []
  for (const one of readList(text)) {
    if (typeof one !== 'object' || one === null || !('address' in one)) continue
    const { address } = one
    if (typeof address !== 'string' || !address.startsWith('/wall?')) continue
    const { layout } = parseLayout(new URLSearchParams(address.slice('/wall?'.length)))
    if (layout.name === '' || walls.some(({ name }) => name === layout.name)) continue
    walls.push({ name: layout.name, address: formatLayout(layout) })
  }
  return walls.slice(0, mostWalls)
}

function readList(text: string | null): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(parsed) ? parsed : []
  } catch {
    // Not ours: nothing is kept.
    return []
  }
}

/** With a wall kept under its name, in the place of one of that name. */
export function withWall(walls: readonly SavedWall[], layout: WallLayout): readonly SavedWall[] {
  const wall = { name: layout.name, address: formatLayout(layout) }
  return walls.some(({ name }) => name === wall.name)
    ? walls.map((one) => (one.name === wall.name ? wall : one))
    : [...walls, wall]
}

export function withoutWall(walls: readonly SavedWall[], name: string): readonly SavedWall[] {
  return walls.filter((one) => one.name !== name)
}

/** Under another name, in the same place; one that has that name already gives way. */
export function renamed(
  walls: readonly SavedWall[],
  from: string,
  to: string,
): readonly SavedWall[] {
  const name = to.trim().slice(0, longestName)
  const wall = walls.find((one) => one.name === from)
  if (wall === undefined || name === '' || name === from) return walls
  const { layout } = layoutOf(wall)
  const next = { name, address: formatLayout({ ...layout, name }) }
  return walls.flatMap((one) => (one === wall ? [next] : one.name === name ? [] : [one]))
}

export function layoutOf({ address }: SavedWall): ReturnType<typeof parseLayout> {
  return parseLayout(new URLSearchParams(address.slice('/wall?'.length)))
}
