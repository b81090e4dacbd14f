import { evaluate, phraseStarts, type Occurrences } from '../../../../../query/match/evaluate.ts'
import { innermost } from '../../../../../query/match/span-set.ts'
import type { Filter } from '../../../../../query/language/query.ts'
import type { CueTable } from '../format/chunk.ts'
import { nowhere, type CompiledQuery, type CueFields } from './compiled-query.ts'
import { minuteMs, stretchDistance } from '../format/index-schema.ts'
import { lastAtOrBefore } from '../format/last-at-or-before.ts'
import type { Searchable } from './searchable.ts'

/** The minutes of a chunk in which matches begin, ascending by place in the chunk's table of minutes. */
export interface MinuteHits {
  readonly place: Int32Array
  readonly mentions: Int32Array
  /** The first token of the first match; of a query of filters alone the place of the cue. */
  readonly first: Int32Array
  /** Minutes since 1970, and the stretch: what the table of minutes says of `place`. */
  readonly minute: Int32Array
  readonly stretch: Int32Array
}

/** Places in a chunk's row of tokens where a gap parts it, ascending. */
export type Cuts = Int32Array

const noHits: MinuteHits = {
  ...{ place: new Int32Array(0), mentions: new Int32Array(0), first: new Int32Array(0) },
  ...{ minute: new Int32Array(0), stretch: new Int32Array(0) },
}

/** All matches that begin in a chunk's own cues, in the streams that the query itself allows. */
export function evaluateChunk(query: CompiledQuery, chunk: Searchable, cuts: Cuts): MinuteHits {
  const allowed = chunk.keys.map((key) => query.mayPass(key))
  if (!allowed.includes(true)) return noHits
  if (query.plan === null) return countCues(query, chunk, allowed)
  const { wordList, root } = query.plan
  const positions = chunk
    .positions(wordList, query.required)
    ?.map((list) => shift(within(list, chunk, allowed), cuts))
  if (positions === undefined) return noHits
  if (positions.every(({ length }) => length === 0)) return noHits
  const found = new ChunkOccurrences(query, chunk, positions, cuts)
  if (root.kind === 'phrase')
    return countMatches(chunk, unshift(phraseStarts(root.words, found), cuts))
  const firsts = innermost(evaluate(root, found)).map(([first]) => first)
  return countMatches(chunk, unshift(firsts, cuts))
}

class ChunkOccurrences implements Occurrences {
  readonly positions: readonly Int32Array[]
  readonly #query: CompiledQuery
  readonly #chunk: Searchable
  readonly #cuts: Cuts
  #cues: CueTable | undefined

  constructor(
    query: CompiledQuery,
    chunk: Searchable,
    positions: readonly Int32Array[],
    cuts: Cuts,
  ) {
    this.#query = query
    this.#chunk = chunk
    this.positions = positions
    this.#cuts = cuts
  }

  passes(filter: Filter, shifted: number): boolean {
    const position = unshiftOne(shifted, this.#cuts)
    const { stretches, keys } = this.#chunk
    const place = lastAtOrBefore(stretches.length, position, (n) => stretches[n]?.start ?? 0)
    const key = keys[place]
    if (key === undefined) return false
    if (this.#query.isOfStream(filter)) return this.#query.passes(filter, key, nowhere)
    const cues = (this.#cues ??= this.#chunk.cues())
    const { position: starts } = cues
    const cue = lastAtOrBefore(starts.length, position, (n) => starts[n] ?? 0)
    return this.#query.passes(filter, key, cueFields(cues, cue))
  }
}

export function cueFields(cues: CueTable, place: number): CueFields {
  return {
    startMs: cues.startMs[place] ?? 0,
    language: cues.labels[cues.language[place] ?? 0] ?? null,
    airing: cues.labels[cues.airing[place] ?? 0] ?? null,
  }
}

/** Without what stands in streams that cannot pass. */
function within(
  list: Int32Array,
  { stretches }: Searchable,
  allowed: readonly boolean[],
): Int32Array {
  if (!allowed.includes(false)) return list
  const kept = new Int32Array(list.length)
  let count = 0
  let place = 0
  for (const position of list) {
    while ((stretches[place]?.end ?? Infinity) <= position) place++
    if (allowed[place] === true) kept[count++] = position
  }
  return kept.subarray(0, count)
}

/** Moves what stands behind a cut out of reach of what stands before it. */
function shift(list: Int32Array, cuts: Cuts): Int32Array {
  if (cuts.length === 0) return list
  let behind = 0
  return list.map((position) => {
    while ((cuts[behind] ?? Infinity) <= position) behind++
    return position + behind * stretchDistance
  })
}

function unshift(firsts: ArrayLike<number>, cuts: Cuts): ArrayLike<number> {
  if (cuts.length === 0) return firsts
  let behind = 0
  return Array.from(firsts, (shifted) => {
    while ((cuts[behind] ?? Infinity) + (behind + 1) * stretchDistance <= shifted) behind++
    return shifted - behind * stretchDistance
  })
}

function unshiftOne(shifted: number, cuts: Cuts): number {
  let behind = 0
  while ((cuts[behind] ?? Infinity) + (behind + 1) * stretchDistance <= shifted) behind++
  return shifted - behind * stretchDistance
}

function countMatches(chunk: Searchable, firsts: ArrayLike<number>): MinuteHits {
  const table = chunk.minutes()
  const { stretches } = chunk
  const hits = new Hits(Math.min(firsts.length, table.minute.length))
  let place = 0
  for (let n = 0; n < firsts.length; n++) {
    const position = firsts[n] ?? 0
    while ((table.start[place + 1] ?? Infinity) <= position) place++
    const stretch = table.stretch[place] ?? 0
    const own = stretches[stretch]
    // Outside of a stretch's own tokens it is only there for what reaches over the edge.
    if (own === undefined || position < own.ownStart || position >= own.ownEnd) continue
    hits.add(place, position, table.minute[place] ?? 0, stretch)
  }
  return hits.take()
}

/** A query of filters alone finds cues, also those without a word. */
function countCues(
  query: CompiledQuery,
  chunk: Searchable,
  allowed: readonly boolean[],
): MinuteHits {
  if (query.query.kind !== 'filters') return noHits
  const { filter } = query.query
  const cues = chunk.cues()
  const table = chunk.minutes()
  const hits = new Hits(table.minute.length)
  let place = 0
  chunk.stretches.forEach(({ ownFrom, ownTo }, stretch) => {
    const key = chunk.keys[stretch]
    while (place < table.stretch.length && (table.stretch[place] ?? 0) < stretch) place++
    if (key === undefined || allowed[stretch] !== true) return
    for (let at = ownFrom; at < ownTo; at++) {
      const fields = cueFields(cues, at)
      const minute = Math.floor(fields.startMs / minuteMs)
      while (table.stretch[place + 1] === stretch && (table.minute[place + 1] ?? 0) <= minute)
        place++
      if (query.passes(filter, key, fields)) hits.add(place, at, minute, stretch)
    }
  })
  return hits.take()
}

class Hits {
  readonly #place: Int32Array
  readonly #mentions: Int32Array
  readonly #first: Int32Array
  readonly #minute: Int32Array
  readonly #stretch: Int32Array
  #count = 0

  constructor(most: number) {
    this.#place = new Int32Array(most)
    this.#mentions = new Int32Array(most)
    this.#first = new Int32Array(most)
    this.#minute = new Int32Array(most)
    this.#stretch = new Int32Array(most)
  }

  add(place: number, first: number, minute: number, stretch: number): void {
    const last = this.#count - 1
    if (last >= 0 && this.#place[last] === place) {
      this.#mentions[last] = (this.#mentions[last] ?? 0) + 1
      return
    }
    this.#place[this.#count] = place
    this.#mentions[this.#count] = 1
    this.#first[this.#count] = first
    this.#minute[this.#count] = minute
    this.#stretch[this.#count++] = stretch
  }

  take(): MinuteHits {
    const cut = (values: Int32Array): Int32Array => values.slice(0, this.#count)
    return {
      place: cut(this.#place),
      mentions: cut(this.#mentions),
      first: cut(this.#first),
      minute: cut(this.#minute),
      stretch: cut(this.#stretch),
    }
  }
}
