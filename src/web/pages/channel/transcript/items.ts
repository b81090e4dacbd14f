import type { Airing, Cue, Gap } from '../../../../protocol/api.ts'
import { keyOf, type FeedView } from '../../../data/channel-feed.ts'
import { endsSentence } from '../../../shared/captions/sentence-case.ts'

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

/** A silence as long as this ends a paragraph. */
const pauseMs = 6000
/** Rows looked back at for the beginning of a sentence. */
const mostLookedAt = 12

export function beginsMinute(item: Item, before: Item | undefined): boolean {
  return before?.kind !== 'cue' || minuteOf(before) !== minuteOf(item)
}

/**
 * Whether a paragraph begins with this item: a turn, a screen, what is said after a silence; and after the sentence in
 * which the minute changed. It is told by what stands shortly before, so that it holds wherever one reads.
 */
export function beginsParagraph(items: readonly Item[], at: number): boolean {
  const item = items[at]
  const before = items[at - 1]
  if (item?.kind !== 'cue' || before?.kind !== 'cue') return true
  const { cue } = item
  if (isTurn(item) || cue.mode !== 'roll-up' || before.cue.mode !== 'roll-up') return true
  if (cue.track !== before.cue.track) return true
  if (Date.parse(cue.start) - Date.parse(before.cue.end) > pauseMs) return true
  if (!endsSentence(before.cue.text)) return false
  let first: Item = before
  for (let n = at - 2; n > at - mostLookedAt && !isTurn(first); n--) {
    const one = items[n]
    if (one?.kind !== 'cue' || endsSentence(one.cue.text)) break
    first = one
  }
  return minuteOf(first) !== minuteOf(item)
}

/** Whether what was said on the track before this place among the items had come to its end. */
export function opensSentence(items: readonly Item[], at: number, track: string): boolean {
  for (let n = at - 1; n >= 0 && n > at - mostLookedAt; n--) {
    const one = items[n]
    if (one?.kind !== 'cue') return true
    if (one.cue.track === track) return endsSentence(one.cue.text)
  }
  return true
}

function isTurn(item: Item): boolean {
  return item.kind === 'cue' && item.cue.text.startsWith('>>')
}

function minuteOf({ at }: Item): string {
  return at.slice(0, 16)
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
