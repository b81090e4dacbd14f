import { firstCharacter } from '../../../../query/language/parse-words.ts'
import {
  hasNegation,
  windowTokens,
  type Filter,
  type Word,
} from '../../../../query/language/query.ts'
import { phraseStarts, type Occurrences } from '../../../../query/match/evaluate.ts'
import type { PlanNode } from '../../../../query/match/plan.ts'
import { minimalSpans } from '../../../../query/match/minimal-spans.ts'
import { nowhere, type CompiledQuery } from '../../rules/search/compiled-query.ts'
import { lastAtOrBefore } from '../../rules/search/last-at-or-before.ts'
import { minuteMs } from '../../rules/search/measures.ts'
import { fieldsAt } from './cue-table.ts'
import type { PassageRow } from './passage-row.ts'
import { lexeme, positionsOf, positionsOfBeginning } from './vector.ts'

/** What of a query begins in a minute of a passage. */
export interface PassageHits {
  readonly minute: number
  readonly mentions: number
  /** Of the cue in which the first begins. */
  readonly startMs: number
  readonly airing: string | null
}

type Reader = (vector: string) => number[]

/** Finds a query in passages by what their rows hold. */
export class PassageMatcher {
  readonly #query: CompiledQuery
  readonly #readers: readonly Reader[]
  /** Whether tokens beside a match have a say in it. */
  readonly looksAround: boolean
  /** Whether a cue has no more of a say in a match than the minute it is in. */
  readonly isOfTokens: boolean

  constructor(query: CompiledQuery) {
    this.#query = query
    this.#readers = (query.plan?.wordList ?? []).map(readerOf)
    this.isOfTokens = query.plan !== null && !hasFilter(query.plan.root)
    this.looksAround = query.query.kind === 'text' && hasNegation(query.query.expression)
  }

  /** By minute; not to be asked of text where `words` is null. */
  find(row: PassageRow): PassageHits[] {
    const { plan } = this.#query
    if (plan === null) return this.#findCues(row)
    const { before } = row
    const positions = this.#positions(row)
    const found = new Tally(row)
    for (const part of parts(row, before.length)) {
      const occurrences = new PartOccurrences(
        this.#query,
        row,
        positions.map((list) => within(list, part)),
      )
      const { firsts } = minimalSpans(plan.root, occurrences)
      for (let n = 0; n < firsts.length; n++) {
        const at = (firsts[n] ?? 0) - before.length
        if (at >= 0 && at < row.tokens) found.addToken(at)
      }
    }
    return found.hits
  }

  /** A query of filters alone finds cues, also those without a word. */
  #findCues(row: PassageRow): PassageHits[] {
    const { query } = this.#query
    if (query.kind !== 'filters') return []
    const { cues, minute, minutes } = row
    const found = new Tally(row)
    cues.startMs.forEach((startMs, n) => {
      const own = Math.floor(startMs / minuteMs) - minute
      if (own < 0 || own >= minutes) return
      if (this.#query.passes(query.filter, row, fieldsAt(cues, n))) found.add(n)
    })
    return found.hits
  }

  /** By the plan's number of the word, ascending; 0 is the first of the tokens before, else of the minute. */
  #positions({ words, before, beyond, tokens }: PassageRow): number[][] {
    const positions = this.#readers.map((read) => read(words ?? ''))
    if (!this.looksAround) return positions
    const { plan } = this.#query
    const found = positions.map((): number[] => [])
    const take = (terms: readonly string[], from: number): void =>
      terms.forEach((term, n) => {
        for (const word of plan?.find(term) ?? []) found[word]?.push(from + n)
      })
    take(before, 0)
    positions.forEach((list, word) => {
      for (const position of list) found[word]?.push(before.length + position)
    })
    take(beyond, before.length + tokens + windowTokens)
    return found
  }
}

/** The tokens of a passage between two cuts. */
class PartOccurrences implements Occurrences {
  readonly #query: CompiledQuery
  readonly #row: PassageRow
  readonly #positions: readonly (readonly number[])[]

  constructor(query: CompiledQuery, row: PassageRow, positions: readonly (readonly number[])[]) {
    this.#query = query
    this.#row = row
    this.#positions = positions
  }

  starts(words: readonly number[]): ArrayLike<number> {
    return phraseStarts(words, this.#positions)
  }

  passes(filter: Filter, position: number): boolean {
    const isOfStream = this.#query.isOfStream(filter)
    const fields = isOfStream
      ? nowhere
      : fieldsAt(this.#row.cues, placeAt(this.#row, position - this.#row.before.length))
    return this.#query.passes(filter, this.#row, fields)
  }
}

/** Adds up matches by the minute of the cue in which they begin. */
class Tally {
  readonly #row: PassageRow
  readonly #byMinute = new Map<number, { mentions: number; first: number }>()

  constructor(row: PassageRow) {
    this.#row = row
  }

  get hits(): PassageHits[] {
    return [...this.#byMinute].map(([minute, { mentions, first }]) => {
      const { startMs, airing } =
        this.#row.starts === null
          ? fieldsAt(this.#row.cues, first)
          : { startMs: minute * minuteMs, airing: null }
      return { minute, mentions, startMs, airing }
    })
  }

  addToken(token: number): void {
    const { starts, minute } = this.#row
    if (starts === null) this.add(placeAt(this.#row, token))
    else this.#add(minute + lastAtOrBefore(starts.length, token, (n) => starts[n] ?? 0), 0)
  }

  /** `place`: of its cue. */
  add(place: number): void {
    this.#add(Math.floor((this.#row.cues.startMs[place] ?? 0) / minuteMs), place)
  }

  #add(minute: number, place: number): void {
    const found = this.#byMinute.get(minute)
    if (found === undefined) this.#byMinute.set(minute, { mentions: 1, first: place })
    else {
      found.mentions++
      found.first = Math.min(found.first, place)
    }
  }
}

/** The cue that holds a token. */
function placeAt({ cues: { position } }: PassageRow, token: number): number {
  return lastAtOrBefore(position.length, token, (n) => position[n] ?? 0)
}

function hasFilter(node: PlanNode): boolean {
  switch (node.kind) {
    case 'phrase':
      return false
    case 'or':
      return node.of.some(hasFilter)
    case 'near':
      return hasFilter(node.left) || hasFilter(node.right)
    case 'all':
      return node.where.length > 0 || [...node.of, ...node.without].some(hasFilter)
  }
}

interface Part {
  readonly from: number
  readonly to: number
}

/** Gaps part what was said: none of it belongs together across one. `base` is where the minute begins. */
function parts(row: PassageRow, base: number): Part[] {
  const { gapsMs } = row
  if (gapsMs.length === 0) return [{ from: -Infinity, to: Infinity }]
  const { position, startMs } = row.cues
  const found: Part[] = []
  let from = -Infinity
  let gap = 0
  for (let at = 1; at < startMs.length && gap < gapsMs.length; at++) {
    while ((gapsMs[gap] ?? Infinity) <= (startMs[at - 1] ?? 0)) gap++
    if ((gapsMs[gap] ?? Infinity) > (startMs[at] ?? 0)) continue
    const to = base + (position[at] ?? 0)
    found.push({ from, to })
    from = to
  }
  return [...found, { from, to: Infinity }]
}

function within(list: readonly number[], { from, to }: Part): readonly number[] {
  if (from === -Infinity && to === Infinity) return list
  return list.filter((position) => position >= from && position < to)
}

function readerOf({ term, match }: Word): Reader {
  const word = lexeme(term)
  if (word === null) return () => []
  if (match === 'exact') return (vector) => positionsOf(vector, word)
  if (match === 'prefix') return (vector) => positionsOfBeginning(vector, word)
  // One that stands for a pair is never itself too long.
  const alone = lexeme(firstCharacter(term)) ?? word
  if (alone === word) return (vector) => positionsOf(vector, word)
  return (vector) =>
    [...positionsOf(vector, word), ...positionsOf(vector, alone)].sort((a, b) => a - b)
}
