import type { Cue } from '../../protocol/api.ts'
import { phraseStarts, type Occurrences } from '../match/evaluate.ts'
import { createTest, type CueFacts, type CueTest } from '../match/filter-test.ts'
import { Plan } from '../match/plan.ts'
import { windowTokens, type Expression, type Filter } from '../language/query.ts'
import { minimalSpans } from '../match/minimal-spans.ts'
import type { Tokens } from './tokenize.ts'

/** First and last token of a match, by position in its segment. */
export type Span = readonly [first: number, last: number]

/** A cue and which of its text belongs to a match: `[from, to)` in UTF-16 units, in order. */
export interface MatchedCue {
  readonly cue: Cue
  readonly highlights: readonly (readonly [from: number, to: number])[]
}

/** One place where a query is true. The first cue holds its first token, and is what filters test. */
export interface Match {
  readonly cues: readonly [MatchedCue, ...MatchedCue[]]
}

export interface SegmentCue {
  readonly cue: Cue
  readonly tokens: Tokens
  /** The position of its first token. */
  readonly base: number
  readonly arrivedMs: number
}

/** A query made ready for the cues of one channel. */
export class Evaluator {
  readonly plan: Plan
  readonly #facts: CueFacts
  readonly #tests = new Map<Filter, CueTest>()

  constructor(expression: Expression, facts: CueFacts) {
    this.plan = new Plan(expression)
    this.#facts = facts
  }

  passes(filter: Filter, cue: Cue): boolean {
    let test = this.#tests.get(filter)
    if (test === undefined) {
      test = createTest(filter, this.#facts)
      this.#tests.set(filter, test)
    }
    return test(cue)
  }
}

/** Cues of one track between two cuts, as one stream of tokens that a query is evaluated on. */
export class Segment implements Occurrences {
  readonly positions: number[][]
  readonly #evaluator: Evaluator
  #cues: SegmentCue[] = []
  /** The position after the last token. */
  end: number
  /** The first position that is still held. */
  base: number
  /** Whether nothing that came before `base` was let go. */
  isWhole = true

  constructor(evaluator: Evaluator, base = 0) {
    this.#evaluator = evaluator
    this.positions = Array.from({ length: evaluator.plan.words }, () => [])
    this.base = this.end = base
  }

  get cues(): readonly SegmentCue[] {
    return this.#cues
  }

  /** Whether the query knows any of its words. */
  append(cue: Cue, tokens: Tokens, arrivedMs: number): boolean {
    const { plan } = this.#evaluator
    const base = this.end
    let isKnown = false
    for (const term of tokens.terms) {
      for (const word of plan.find(term)) {
        this.positions[word]?.push(this.end)
        isKnown = true
      }
      this.end++
    }
    if (this.end > base) this.#cues.push({ cue, tokens, base, arrivedMs })
    return isKnown
  }

  /** The shortest spans of which the query is true: those that contain no other. */
  spans(): Span[] {
    const { firsts, lasts } = minimalSpans(this.#evaluator.plan.root, this)
    return Array.from(firsts, (first, n): Span => [first, lasts[n] ?? first])
  }

  starts(words: readonly number[]): ArrayLike<number> {
    return phraseStarts(words, this.positions)
  }

  passes(filter: Filter, position: number): boolean {
    const held = this.cueAt(position)
    return held !== undefined && this.#evaluator.passes(filter, held.cue)
  }

  cueAt(position: number): SegmentCue | undefined {
    return this.#cues[this.#indexAt(position)]
  }

  /** Lets go of whole cues while at least `keep` tokens stay; by the window, as each time has its cost. */
  trim(keep: number): void {
    if (this.end - this.base < keep + windowTokens) return
    let drop = 0
    while ((this.#cues[drop + 1]?.base ?? Infinity) <= this.end - keep) drop++
    if (drop === 0) return
    this.#cues.splice(0, drop)
    this.base = this.#cues[0]?.base ?? this.end
    this.isWhole = false
    for (const list of this.positions) {
      let stale = 0
      while ((list[stale] ?? Infinity) < this.base) stale++
      if (stale > 0) list.splice(0, stale)
    }
  }

  /** Takes the cues from that index on away, as a segment of their own. */
  split(index: number): Segment {
    const cut = this.#cues[index]?.base ?? this.end
    const rest = new Segment(this.#evaluator, cut)
    for (const { cue, tokens, arrivedMs } of this.#cues.splice(index))
      rest.append(cue, tokens, arrivedMs)
    this.end = cut
    for (const list of this.positions) while ((list.at(-1) ?? -1) >= cut) list.pop()
    return rest
  }

  /** What of the cues belongs to a match: every word and phrase of the query that lies within. */
  match([first, last]: Span): Match {
    const marked = new Map<number, (readonly [number, number])[]>()
    for (const { words } of this.#evaluator.plan.phrases)
      for (const start of Array.from(this.starts(words)))
        if (start >= first && start + words.length - 1 <= last)
          this.#mark(start, start + words.length, marked)
    const cues = [...marked]
      .sort(([a], [b]) => a - b)
      .flatMap(([index, ranges]) => {
        const held = this.#cues[index]
        return held === undefined ? [] : [{ cue: held.cue, highlights: mergeRanges(ranges) }]
      })
    const [head, ...rest] = cues
    if (head === undefined) throw new RangeError('a match without a cue')
    return { cues: [head, ...rest] }
  }

  /** Tokens of one phrase are marked as one stretch, as far as they lie in the same cue. */
  #mark(from: number, to: number, marked: Map<number, (readonly [number, number])[]>): void {
    for (let index = this.#indexAt(from); index < this.#cues.length; index++) {
      const held = this.#cues[index]
      if (held === undefined || held.base >= to) return
      const { offsets, terms } = held.tokens
      const firstToken = Math.max(0, from - held.base)
      const lastToken = Math.min(terms.length, to - held.base) - 1
      const ranges = marked.get(index) ?? []
      ranges.push([offsets[2 * firstToken] ?? 0, offsets[2 * lastToken + 1] ?? 0])
      marked.set(index, ranges)
    }
  }

  #indexAt(position: number): number {
    let low = 0
    let high = this.#cues.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if ((this.#cues[middle]?.base ?? Infinity) <= position) low = middle
      else high = middle
    }
    return low
  }
}

/** Stretches in order, those that touch or overlap as one. */
export function mergeRanges(
  ranges: readonly (readonly [number, number])[],
): (readonly [number, number])[] {
  const merged: [number, number][] = []
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const before = merged.at(-1)
    if (before !== undefined && from <= before[1]) before[1] = Math.max(before[1], to)
    else merged.push([from, to])
  }
  return merged
}
