import type { Tile } from './layout.ts'

/** A tile of the wall under the key that it keeps. */
export interface KeyedTile {
  readonly key: string
  readonly tile: Tile
}

/** From the same tile to the same channel at least: what a tile is taken to have been. */
const likenesses: readonly ((a: Tile, b: Tile) => boolean)[] = [
  (a, b) => a.channel === b.channel && a.track === b.track && a.size === b.size,
  (a, b) => a.channel === b.channel && a.track === b.track,
  (a, b) => a.channel === b.channel,
]

/**
 * Gives tiles the keys they had, wherever they went and whatever became of their track and size, so that each
 * keeps what its reader did to it; new ones get keys that none of the others has.
 */
export function followTiles(
  before: readonly KeyedTile[],
  tiles: readonly Tile[],
): readonly KeyedTile[] {
  const left = new Set(before)
  const keys = new Map<number, string>()
  for (const isLike of likenesses)
    for (const [i, tile] of tiles.entries()) {
      if (keys.has(i)) continue
      const known = [...left].find((one) => isLike(one.tile, tile))
      if (known === undefined) continue
      left.delete(known)
      keys.set(i, known.key)
    }
  const taken = new Set(before.map(({ key }) => key))
  return tiles.map((tile, i) => ({ key: keys.get(i) ?? freshKey(tile.channel, taken), tile }))
}

function freshKey(channel: string, taken: Set<string>): string {
  let n = 1
  while (taken.has(`${channel} ${n}`)) n++
  const key = `${channel} ${n}`
  taken.add(key)
  return key
}
