import { tokenize } from '../../../../query/text/tokenize.ts'
import { windowTokens } from '../../../../query/language/query.ts'
import { marginAfter, marginBefore, minuteMs } from '../../rules/search/measures.ts'
import { formatCueTable } from './cue-table.ts'
import { vectorOf } from './vector.ts'

export interface PassageCue {
  readonly startMs: number
  readonly text: string
  readonly language: string | null
  readonly airing: string | null
}

/** A row of `search_passage`, but for its stream. */
export interface MadePassage {
  readonly minute: number
  readonly isIndexed: boolean
  readonly tokens: number
  readonly fromMs: number
  readonly toMs: number
  readonly words: string | null
  readonly before: string
  readonly beyond: string
  readonly cues: string
  readonly repeated: string
}

/**
 * The passages of these minutes, those without a cue left out. `cues` are of one stream, in order, from as many tokens
 * before the first of the minutes as a query reaches to as many after the last, or all that there are.
 */
export function makePassages(
  cues: readonly PassageCue[],
  minutes: ReadonlySet<number>,
): MadePassage[] {
  const terms: string[] = []
  /** By cue; the number of all is the end. */
  const base: number[] = []
  const minuteOf: number[] = []
  for (const { text, startMs } of cues) {
    base.push(terms.length)
    minuteOf.push(Math.floor(startMs / minuteMs))
    for (const term of tokenize(text).terms) terms.push(term)
  }
  base.push(terms.length)
  const baseAt = (cue: number): number => base[cue] ?? terms.length

  const made: MadePassage[] = []
  for (let from = 0; from < cues.length;) {
    const minute = minuteOf[from] ?? 0
    let to = from
    while (minuteOf[to] === minute) to++
    if (minutes.has(minute)) {
      const [own, end] = [baseAt(from), baseAt(to)]
      let first = from
      while (first > 0 && baseAt(first) > own - marginBefore) first--
      let last = to
      while (last < cues.length && baseAt(last) < end + marginAfter) last++
      const near = cues.slice(first, last)
      const words = vectorOf(terms.slice(own, end + windowTokens), end - own)
      made.push({
        minute,
        isIndexed: words !== null && end + marginAfter <= terms.length,
        tokens: end - own,
        fromMs: near[0]?.startMs ?? 0,
        toMs: near.at(-1)?.startMs ?? 0,
        words,
        before: terms.slice(Math.max(0, own - marginBefore), own).join(' '),
        beyond: terms.slice(end + windowTokens, end + marginAfter).join(' '),
        cues: formatCueTable(minute, {
          position: near.map((_, n) => baseAt(first + n) - own),
          startMs: near.map(({ startMs }) => startMs),
          language: near.map(({ language }) => language),
          airing: near.map(({ airing }) => airing),
        }),
        repeated: JSON.stringify(repeated(terms.slice(own, end))),
      })
    }
    from = to
  }
  return made
}

function repeated(terms: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1)
  return Object.fromEntries([...counts].filter(([, count]) => count > 1))
}
