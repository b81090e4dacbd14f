import type { Airing, Cue, Gap } from '../../../protocol/api.ts'
import { keyOf, type FeedView } from '../../data/channel-feed.ts'

/** What stands in a transcript, in order of time. */
export type Item =
  | { readonly kind: 'cue'; readonly key: string; readonly at: string; readonly cue: Cue }
  | { readonly kind: 'airing'; readonly key: string; readonly at: string; readonly airing: Airing }
  | { readonly kind: 'gap'; readonly key: string; readonly at: string; readonly gap: Gap }

/** Cues of the track, with the programmes and gaps that begin among them. */
export function itemsOf(view: FeedView, track: string | null): readonly Item[] {
  const cues = track === null ? view.cues : view.cues.filter((cue) => cue.track === track)
  const first = cues[0]?.start
  const items: Item[] = cues.map((cue) => ({ kind: 'cue', key: keyOf(cue), at: cue.start, cue }))
  for (const airing of view.airings)
    if (first !== undefined && (airing.start >= first || (airing.end ?? first) > first))
      items.push({
        kind: 'airing',
        key: `airing ${airing.id}`,
        at: maximum(airing.start, first),
        airing,
      })
  for (const gap of view.gaps)
    if (first !== undefined && gap.from >= first && gap.to !== gap.from)
      items.push({ kind: 'gap', key: `gap ${gap.id}`, at: gap.from, gap })
  return items.sort(compare)
}

/** A programme's heading stands before what is said at its beginning. */
function compare(a: Item, b: Item): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1
  if (a.kind === b.kind) return 0
  return a.kind === 'airing' || (a.kind === 'gap' && b.kind === 'cue') ? -1 : 1
}

function maximum(a: string, b: string): string {
  return a > b ? a : b
}
