import { tokenize } from '../../../../query/text/tokenize.ts'
import { windowTokens } from '../../../../query/language/query.ts'
import { marginAfter, marginBefore, minuteMs } from '../../rules/search/measures.ts'
import { formatCueTable } from './cue-table.ts'
import { vectorOf } from './vector.ts'
import { formatTally } from './word-tally.ts'

export interface PassageCue {
  readonly startMs: number
  readonly text: string
  readonly language: string | null
  readonly airing: string | null
}

/** A row of `search_passage`, but for its stream. */
export interface MadePassage {
  readonly minute: number
  readonly minutes: number
  readonly isIndexed: boolean
  readonly tokens: number
  readonly fromMs: number
  readonly toMs: number
  readonly words: string | null
  readonly before: string
  readonly beyond: string
  readonly cues: string
  readonly repeated: string
  readonly counts: string | null
  readonly starts: string | null
}

export interface MadePassages {
  readonly passages: readonly MadePassage[]
  /** First minutes of what can be made one row, but was not asked for as a whole. */
  readonly parted: readonly number[]
}

/** Minutes of the clock that become one row: edges of charts in all time zones of today are between two. */
export const rowMinutes = 15

export function rowStart(minute: number): number {
  return Math.floor(minute / rowMinutes) * rowMinutes
}

/**
 * The passages of these minutes, those without a cue left out. `cues` are of one stream, in order, from as many tokens
 * before the first of the minutes as a query reaches to as many after the last, or all that there are.
 */
export function makePassages(
  cues: readonly PassageCue[],
  minutes: ReadonlySet<number>,
): MadePassages {
  const maker = new Maker(cues)
  const passages: MadePassage[] = []
  const parted: number[] = []
  for (let from = 0; from < cues.length;) {
    const start = rowStart(maker.minuteAt(from))
    const to = maker.endOf(from, start + rowMinutes)
    const own = maker.minutesBetween(from, to)
    const made = own.filter(({ minute }) => minutes.has(minute))
    const row = made.length === 0 ? undefined : maker.rowOf(start, own)
    if (row === undefined || made.length < own.length)
      passages.push(...made.map((minute) => maker.minuteOf(minute)))
    else passages.push(row)
    if (row !== undefined && made.length < own.length) parted.push(start)
    from = to
  }
  return { passages, parted }
}

/** Cues of one minute: `from ≤ cue < to`. */
interface Minute {
  readonly minute: number
  readonly from: number
  readonly to: number
}

class Maker {
  readonly #cues: readonly PassageCue[]
  readonly #terms: string[] = []
  /** By cue; the number of all is the end. */
  readonly #base: number[] = []

  constructor(cues: readonly PassageCue[]) {
    this.#cues = cues
    for (const { text } of cues) {
      this.#base.push(this.#terms.length)
      for (const term of tokenize(text).terms) this.#terms.push(term)
    }
    this.#base.push(this.#terms.length)
  }

  minuteAt(cue: number): number {
    return Math.floor((this.#cues[cue]?.startMs ?? Infinity) / minuteMs)
  }

  /** The first cue from one on that is not before a minute. */
  endOf(from: number, minute: number): number {
    let to = from
    while (this.minuteAt(to) < minute) to++
    return to
  }

  minutesBetween(from: number, to: number): Minute[] {
    const found: Minute[] = []
    for (let at = from; at < to;) {
      const minute = this.minuteAt(at)
      const end = this.endOf(at, minute + 1)
      found.push({ minute, from: at, to: end })
      at = end
    }
    return found
  }

  minuteOf({ minute, from, to }: Minute): MadePassage {
    const terms = this.#terms.slice(this.#baseAt(from), this.#baseAt(to))
    return {
      ...this.#passage(minute, from, to),
      ...{ minutes: 1, repeated: JSON.stringify(repeated(terms)) },
      ...{ counts: null, starts: null },
    }
  }

  /** Undefined while what follows is not all known, and for what does not fit into one row. */
  rowOf(minute: number, own: readonly Minute[]): MadePassage | undefined {
    const first = own[0]?.from ?? 0
    const passage = this.#passage(minute, first, own.at(-1)?.to ?? 0)
    if (!passage.isIndexed) return undefined
    const terms = own.map(({ from, to }) => this.#terms.slice(this.#baseAt(from), this.#baseAt(to)))
    const starts = Array.from(
      { length: rowMinutes },
      (_, n) => this.#baseAt(this.endOf(first, minute + n)) - this.#baseAt(first),
    )
    return {
      ...passage,
      ...{ minutes: rowMinutes, repeated: '{}', counts: formatTally(terms) },
      starts: JSON.stringify(starts),
    }
  }

  #baseAt(cue: number): number {
    return this.#base[cue] ?? this.#terms.length
  }

  #passage(
    minute: number,
    from: number,
    to: number,
  ): Omit<MadePassage, 'minutes' | 'repeated' | 'counts' | 'starts'> {
    const [cues, terms] = [this.#cues, this.#terms]
    const [own, end] = [this.#baseAt(from), this.#baseAt(to)]
    let first = from
    while (first > 0 && this.#baseAt(first) > own - marginBefore) first--
    let last = to
    while (last < cues.length && this.#baseAt(last) < end + marginAfter) last++
    const near = cues.slice(first, last)
    const words = vectorOf(terms.slice(own, end + windowTokens), end - own)
    return {
      minute,
      isIndexed: words !== null && end + marginAfter <= terms.length,
      tokens: end - own,
      fromMs: near[0]?.startMs ?? 0,
      toMs: near.at(-1)?.startMs ?? 0,
      words,
      before: terms.slice(Math.max(0, own - marginBefore), own).join(' '),
      beyond: terms.slice(end + windowTokens, end + marginAfter).join(' '),
      cues: formatCueTable(minute, {
        position: near.map((_, n) => this.#baseAt(first + n) - own),
        startMs: near.map(({ startMs }) => startMs),
        language: near.map(({ language }) => language),
        airing: near.map(({ airing }) => airing),
      }),
    }
  }
}

function repeated(terms: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1)
  return Object.fromEntries([...counts].filter(([, count]) => count > 1))
}
