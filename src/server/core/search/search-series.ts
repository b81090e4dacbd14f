import type { Grouping, SearchTimeline } from '../../../protocol/search.ts'
import type { ChannelRecord } from '../../ports/directory.ts'
import type { TimelineCell } from '../../ports/search.ts'

type Series = SearchTimeline['series'][number]
type Names = ReadonlyMap<string, Pick<ChannelRecord, 'name' | 'network'>>

/** As many as a chart can tell apart; the others are one. */
const maxSeries = 12
const maxFacet = 100

/** The cells by one of their sides, the largest first, the rest as `*`. */
export function seriesOf(
  cells: readonly TimelineCell[],
  by: Grouping,
  names: Names,
  buckets: number,
): Series[] {
  const series = new Map<string, Series>()
  for (const cell of cells) {
    const { value, label } = keyOf(cell, by, names)
    let one = series.get(value)
    if (one === undefined) series.set(value, (one = emptySeries(value, label, buckets)))
    addCell(one, cell)
  }
  const ordered = [...series.values()].sort(byMentions)
  const rest = ordered.splice(maxSeries)
  if (rest.length === 0) return ordered
  const others = emptySeries('*', '*', buckets)
  for (const one of rest) {
    others.mentions += one.mentions
    others.minutes += one.minutes
    one.mentionsByItem.forEach((count, n) => {
      others.mentionsByItem[n] = (others.mentionsByItem[n] ?? 0) + count
    })
  }
  return [...ordered, others]
}

/** How the hits part by channel, network and track. */
export function facets(cells: readonly TimelineCell[], names: Names): SearchTimeline['facets'] {
  const of = (by: Grouping): SearchTimeline['facets']['channel'] =>
    countBy(cells, (cell) => keyOf(cell, by, names))
  return { channel: of('channel'), network: of('network'), track: of('track') }
}

interface Key {
  readonly value: string
  readonly label: string
}

function countBy(
  cells: readonly TimelineCell[],
  keyOfCell: (cell: TimelineCell) => Key,
): SearchTimeline['facets']['channel'] {
  const counts = new Map<string, SearchTimeline['facets']['channel'][number]>()
  for (const cell of cells) {
    const { value, label } = keyOfCell(cell)
    const one = counts.get(value) ?? { value, label, mentions: 0, minutes: 0 }
    one.mentions += cell.mentions
    one.minutes += cell.minutes
    counts.set(value, one)
  }
  return [...counts.values()].sort(byMentions).slice(0, maxFacet)
}

function keyOf({ channel, track, airing }: TimelineCell, by: Grouping, names: Names): Key {
  switch (by) {
    case 'channel':
      return { value: channel, label: names.get(channel)?.name ?? channel }
    case 'network': {
      const network = names.get(channel)?.network ?? ''
      return { value: network, label: network }
    }
    case 'track':
      return { value: track, label: track }
    case 'airing': {
      // Programmes of one title are one, whenever they were broadcast.
      const title = airing?.title ?? ''
      return { value: title, label: title }
    }
  }
}

function emptySeries(value: string, label: string, buckets: number): Series {
  const mentionsByItem = Array.from({ length: buckets }, () => 0)
  return { value, label, mentions: 0, minutes: 0, mentionsByItem }
}

function addCell(series: Series, { bucket, mentions, minutes }: TimelineCell): void {
  series.mentions += mentions
  series.minutes += minutes
  series.mentionsByItem[bucket] = (series.mentionsByItem[bucket] ?? 0) + mentions
}

function byMentions(
  a: { readonly mentions: number; readonly value: string },
  b: { readonly mentions: number; readonly value: string },
): number {
  return b.mentions - a.mentions || (a.value < b.value ? -1 : 1)
}
