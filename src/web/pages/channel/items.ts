import type { Airing, Cue, Gap } from '../../../protocol/api.ts'
import { keyOf, type FeedView } from '../../data/channel-feed.ts'

/** What stands in a transcript, in order of time. */
export type Item =
  | { readonly kind: 'cue'; readonly key: string; readonly at: string; readonly cue: Cue }
  | { readonly kind: 'airing'; readonly key: string; readonly at: string; readonly airing: Airing }
  | { readonly kind: 'gap'; readonly key: string; readonly at: string; readonly gap: Gap }

/** The item of a cue is the same object for ever, so that a new line redraws no other. */
const itemsOfCues = new WeakMap<Cue, Item>()

/** Cues of the track, with the programmes and gaps that begin among them. */
export function itemsOf(view: FeedView, track: string | null): readonly Item[] {
  const cues = track === null ? view.cues : view.cues.filter((cue) => cue.track === track)
  const first = cues[0]?.start
  if (first === undefined) return []
  const marks: Item[] = []
  for (const airing of view.airings)
    if (airing.start >= first || (airing.end ?? first) > first)
      marks.push({
        kind: 'airing',
        key: `airing ${airing.id}`,
        at: maximum(airing.start, first),
        airing,
      })
  for (const gap of view.gaps)
    if (gap.from >= first && gap.to !== gap.from)
      marks.push({ kind: 'gap', key: `gap ${gap.id}`, at: gap.from, gap })
  const lines = cues.map(itemOf)
  return marks.length === 0 ? lines : [...marks, ...lines].sort(compare)
}

/** Lines that begin a minute other than the one before say their time where space is short. */
export function beginsMinute(item: Item, before: Item | undefined): boolean {
  return before?.kind !== 'cue' || before.at.slice(0, 16) !== item.at.slice(0, 16)
}

function itemOf(cue: Cue): Item {
  let item = itemsOfCues.get(cue)
  if (item === undefined) {
    item = { kind: 'cue', key: keyOf(cue), at: cue.start, cue }
    itemsOfCues.set(cue, item)
  }
  return item
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
