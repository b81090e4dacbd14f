/** One tile: a channel, and a track of it where one is chosen. */
export interface Tile {
  readonly channel: string
  readonly track: string | null
}

export interface WallLayout {
  readonly tiles: readonly Tile[]
  /** null = as many as fit. */
  readonly columns: number | null
}

export const mostTiles = 50
export const mostColumns = 6

/** `?c=news-one,sport~CC3&cols=2`: the address is the layout. */
export function parseLayout(search: URLSearchParams): WallLayout {
  const tiles = (search.get('c') ?? '')
    .split(',')
    .filter((part) => part !== '')
    .slice(0, mostTiles)
    .map((part) => {
      const [channel = '', track] = part.split('~')
      return { channel, track: track ?? null }
    })
  const columns = Number(search.get('cols'))
  return { tiles, columns: columns >= 1 && columns <= mostColumns ? Math.floor(columns) : null }
}

export function formatLayout({ tiles, columns }: WallLayout): string {
  const parts = tiles.map(({ channel, track }) =>
    track === null ? channel : `${channel}~${track}`,
  )
  const search = [
    ...(parts.length > 0 ? [`c=${parts.join(',')}`] : []),
    ...(columns === null ? [] : [`cols=${columns}`]),
  ]
  return search.length === 0 ? '/wall' : `/wall?${search.join('&')}`
}

/** The same tiles with one moved by `by` places. */
export function moveTile(tiles: readonly Tile[], at: number, by: number): readonly Tile[] {
  const moved = tiles[at]
  const to = at + by
  if (moved === undefined || to < 0 || to >= tiles.length) return tiles
  const rest = tiles.filter((_, i) => i !== at)
  return [...rest.slice(0, to), moved, ...rest.slice(to)]
}

/** A tile keeps its key, and with it what its reader did to it, wherever it is moved and whatever its track. */
export function keysOf(tiles: readonly Tile[]): readonly string[] {
  const seen = new Map<string, number>()
  return tiles.map(({ channel }) => {
    const n = (seen.get(channel) ?? 0) + 1
    seen.set(channel, n)
    return `${channel} ${n}`
  })
}
