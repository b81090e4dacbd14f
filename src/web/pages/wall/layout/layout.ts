/** The address of a wall is its layout (docs/wall.md): stable, short, and taken as far as it makes sense. */

export const sizes = ['normal', 'wide', 'tall', 'large'] as const
export type TileSize = (typeof sizes)[number]

export const densities = ['comfortable', 'compact', 'dense'] as const
export type Density = (typeof densities)[number]

/** One tile: a channel, a track of it where one is chosen, and the cells it takes. */
export interface Tile {
  readonly channel: string
  readonly track: string | null
  readonly size: TileSize
}

export interface WallLayout {
  readonly tiles: readonly Tile[]
  /** null = as many as fit. */
  readonly columns: number | null
  /** null = as the room allows. */
  readonly density: Density | null
  /** Only lines that match it are shown; '' = all lines. */
  readonly query: string
  /** Lines shown before and after one that matches. */
  readonly around: number
  /** What its owner calls it; '' = nothing. */
  readonly name: string
}

export const mostTiles = 50
export const mostColumns = 12
export const mostAround = 5
export const usualAround = 2
/** A query is at most so long (docs/query.md). */
export const longestQuery = 1000
export const longestName = 60

const channelForm = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/
const trackForm = /^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/
const sizeLetters: Readonly<Record<TileSize, string>> = {
  ...{ normal: '', wide: 'w', tall: 't', large: 'l' },
}

export const emptyLayout: WallLayout = {
  ...{ tiles: [], columns: null, density: null, query: '', around: usualAround, name: '' },
}

/** The layout, and how many tiles of the address are too many to be shown. */
export interface ParsedLayout {
  readonly layout: WallLayout
  readonly leftOut: number
}

/** `?c=news-one,sport~CC3,film~~w&cols=2&d=compact&q=storm&around=3&name=Evening` */
export function parseLayout(search: URLSearchParams): ParsedLayout {
  const tiles = (search.get('c') ?? '').split(',').flatMap(parseTile)
  const columns = wholeNumber(search.get('cols'), 1, mostColumns)
  return {
    layout: {
      tiles: tiles.slice(0, mostTiles),
      columns,
      density: densities.find((density) => density === search.get('d')) ?? null,
      query: (search.get('q') ?? '').trim().slice(0, longestQuery),
      around: wholeNumber(search.get('around'), 0, mostAround) ?? usualAround,
      name: (search.get('name') ?? '').trim().slice(0, longestName),
    },
    leftOut: Math.max(0, tiles.length - mostTiles),
  }
}

function parseTile(part: string): Tile[] {
  const [channel = '', track = '', letter = ''] = part.split('~')
  if (!channelForm.test(channel)) return []
  return [
    {
      channel,
      track: trackForm.test(track) ? track : null,
      size: sizes.find((size) => sizeLetters[size] === letter) ?? 'normal',
    },
  ]
}

function wholeNumber(text: string | null, least: number, most: number): number | null {
  if (text === null || !/^\d{1,3}$/.test(text)) return null
  const number = Number(text)
  return number >= least && number <= most ? number : null
}

/** What is usual is left out; the same layout always has the same address. */
export function formatLayout(layout: WallLayout): string {
  const { tiles, columns, density, query, around, name } = layout
  const search = [
    ...(tiles.length > 0 ? [`c=${tiles.map(formatTile).join(',')}`] : []),
    ...(columns === null ? [] : [`cols=${columns}`]),
    ...(density === null ? [] : [`d=${density}`]),
    ...(query === '' ? [] : [`q=${encodeURIComponent(query)}`]),
    ...(around === usualAround ? [] : [`around=${around}`]),
    ...(name === '' ? [] : [`name=${encodeURIComponent(name)}`]),
  ]
  return search.length === 0 ? '/wall' : `/wall?${search.join('&')}`
}

function formatTile({ channel, track, size }: Tile): string {
  const letter = sizeLetters[size]
  if (letter !== '') return `${channel}~${track ?? ''}~${letter}`
  return track === null ? channel : `${channel}~${track}`
}

/** The same tiles with one moved by `by` places, as far as there are places. */
export function moveTile(tiles: readonly Tile[], at: number, by: number): readonly Tile[] {
  const moved = tiles[at]
  const to = Math.min(Math.max(at + by, 0), tiles.length - 1)
  if (moved === undefined || to === at) return tiles
  const rest = tiles.filter((_, i) => i !== at)
  return [...rest.slice(0, to), moved, ...rest.slice(to)]
}

/** The size after this one, for a key that goes through them. */
export function nextSize(size: TileSize): TileSize {
  return sizes[(sizes.indexOf(size) + 1) % sizes.length] ?? 'normal'
}
