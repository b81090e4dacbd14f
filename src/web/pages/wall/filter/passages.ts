import type { Cue } from '../../../../protocol/api.ts'
import type { SearchItem } from '../../../../protocol/search.ts'
import { compareCues, keyOf } from '../../../data/channel-feed.ts'

/** A place in a text that matched: [from, to). */
export type Highlights = readonly (readonly [number, number])[]

export interface PassageRow {
  readonly key: string
  readonly text: string
  readonly isMatch: boolean
  readonly highlights: Highlights
}

/** Lines that were said one after the other, at least one of which a query matched. */
export interface TilePassage {
  readonly key: string
  readonly start: string
  readonly language: string | null
  readonly rows: readonly PassageRow[]
}

/**
 * The matches among the lines of one track, each with `around` lines before and after it; what touches is one passage.
 * `lines` follow each other without a hole; a match from before them stands alone, or with the next one of its run.
 */
export function passagesOf(
  lines: readonly Cue[],
  matches: readonly Cue[],
  around: number,
): readonly TilePassage[] {
  const matched = new Map(matches.map((cue) => [keyOf(cue), cue]))
  const held = new Set(lines.map(keyOf))
  const all = [...matches.filter((cue) => !held.has(keyOf(cue))), ...lines].sort(compareCues)
  const shown = new Set<number>()
  for (const [i, cue] of all.entries()) {
    if (!matched.has(keyOf(cue))) continue
    shown.add(i)
    for (const by of [-1, 1])
      for (let n = 1; n <= around && isNext(i + by * (n - 1), i + by * n); n++)
        shown.add(i + by * n)
  }
  const passages: Cue[][] = []
  for (const i of [...shown].sort((a, b) => a - b)) {
    const cue = all[i]
    if (cue === undefined) continue
    if (shown.has(i - 1) && isNext(i - 1, i)) passages.at(-1)?.push(cue)
    else passages.push([cue])
  }
  return passages.flatMap((cues) => {
    const [first] = cues
    if (first === undefined) return []
    const rows = cues.map((cue): PassageRow => {
      const match = matched.get(keyOf(cue))
      return { key: keyOf(cue), text: cue.text, isMatch: match !== undefined, highlights: [] }
    })
    return [{ key: keyOf(first), start: first.start, language: first.language, rows }]
  })

  function isNext(a: number, b: number): boolean {
    const [one, other] = [all[Math.min(a, b)], all[Math.max(a, b)]]
    if (one === undefined || other === undefined) return false
    if (held.has(keyOf(one)) && held.has(keyOf(other))) return true
    return one.run === other.run && one.id + 1 === other.id
  }
}

/** What the archive found, the oldest first, without what is told live already. */
export function earlierPassages(
  items: readonly SearchItem[],
  known: readonly Cue[],
): readonly TilePassage[] {
  const told = new Set(known.map(({ run, id }) => `${run} ${id}`))
  return [...items]
    .reverse()
    .filter(({ cues }) => !cues.some(({ run, id }) => told.has(`${run} ${id}`)))
    .map((item) => {
      const key = `${item.track} ${item.start}`
      const row = (text: string, place: string): PassageRow[] =>
        text === '' ? [] : [{ key: `${key} ${place}`, text, isMatch: false, highlights: [] }]
      const { text, highlights } = item
      return {
        ...{ key, start: item.start, language: item.language },
        rows: [
          ...row(item.before, 'before'),
          { key, text, isMatch: true, highlights },
          ...row(item.after, 'after'),
        ],
      }
    })
}
