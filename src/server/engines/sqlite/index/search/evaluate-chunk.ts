import type { Occurrences } from '../../../../../query/match/evaluate.ts'
import { minimalSpans } from '../../../../../query/match/minimal-spans.ts'
import type { Filter } from '../../../../../query/language/query.ts'
import type { CueTable } from '../format/chunk.ts'
import {
  nowhere,
  type CompiledQuery,
  type CueFields,
} from '../../../rules/search/compiled-query.ts'
import { minuteMs } from '../../../rules/search/measures.ts'
import { stretchDistance } from '../format/index-schema.ts'
import { lastAtOrBefore } from '../../../rules/search/last-at-or-before.ts'
import { listed, type PositionList } from '../format/posting.ts'
import type { Searchable } from './searchable.ts'

/** The minutes of a chunk in which matches begin, ascending by place in the chunk's table of minutes. */
export interface MinuteHits {
  readonly place: Int32Array
  readonly mentions: Int32Array
  /** The first token of the first match; of a query of filters alone the place of the cue. */
  readonly first: Int32Array
  /** The same of the last match. */
  readonly last: Int32Array
  /** Minutes since 1970, and the stretch: what the table of minutes says of `place`. */
  readonly minute: Int32Array
  readonly stretch: Int32Array
}

/** Places in a chunk's row of tokens where a gap parts it, ascending. */
export type Cuts = Int32Array

export const noHits: MinuteHits = {
  ...{ place: new Int32Array(0), mentions: new Int32Array(0), first: new Int32Array(0) },
  ...{ last: new Int32Array(0), minute: new Int32Array(0), stretch: new Int32Array(0) },
}

const nothing = listed(new Int32Array(0))

/** All matches that begin in a chunk's own cues, in the streams that the query itself allows. */
export function evaluateChunk(query: CompiledQuery, chunk: Searchable, cuts: Cuts): MinuteHits {
  const allowed = chunk.keys.map((key) => query.mayPass(key))
  if (!allowed.includes(true)) return noHits
  if (query.plan === null) return countCues(query, chunk, allowed)
  const { wordList, root } = query.plan
  const lists = chunk.positions(wordList)
  if (lists.every(({ length }) => length === 0)) return noHits
  const found = new ChunkOccurrences(query, chunk, { lists, allowed, cuts })
  return countMatches(chunk, unshift(minimalSpans(root, found).firsts, cuts))
}

interface Found {
  /** By the plan's number of the word. */
  readonly lists: readonly PositionList[]
  /** By stretch. */
  readonly allowed: readonly boolean[]
  readonly cuts: Cuts
}

class ChunkOccurrences implements Occurrences {
  readonly #query: CompiledQuery
  readonly #chunk: Searchable
  readonly #found: Found
  #cues: CueTable | undefined

  constructor(query: CompiledQuery, chunk: Searchable, found: Found) {
    this.#query = query
    this.#chunk = chunk
    this.#found = found
  }

  starts(words: readonly number[]): Int32Array {
    const { lists, allowed, cuts } = this.#found
    const starts = within(phrase(words, lists), this.#chunk, allowed)
    return shift(whole(starts, words.length, cuts), cuts)
  }

  passes(filter: Filter, shifted: number): boolean {
    const position = unshiftOne(shifted, this.#found.cuts)
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

/** Where words stand one after another: beginning with the rarest, so that least is looked at. */
function phrase(words: readonly number[], lists: readonly PositionList[]): Int32Array {
  const parts = words
    .map((word, place) => ({ list: lists[word] ?? nothing, place }))
    .sort((a, b) => a.list.length - b.list.length)
  const [rarest, ...others] = parts
  if (rarest === undefined) return new Int32Array(0)
  let starts = rarest.list.list()
  if (rarest.place > 0) {
    const first = starts.findIndex((position) => position >= rarest.place)
    starts = first < 0 ? nothing.list() : starts.subarray(first).map((at) => at - rarest.place)
  }
  for (const { list, place } of others) {
    if (starts.length === 0) break
    starts = list.followed(starts, place)
  }
  return starts
}

/** Without the phrases that a gap parts. */
function whole(starts: Int32Array, length: number, cuts: Cuts): Int32Array {
  if (cuts.length === 0 || length === 1) return starts
  let next = 0
  return starts.filter((start) => {
    while ((cuts[next] ?? Infinity) <= start) next++
    return (cuts[next] ?? Infinity) >= start + length
  })
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
  const { start } = table
  hits.clear()
  let place = 0
  for (let n = 0; n < firsts.length; n++) {
    const position = firsts[n] ?? 0
    if ((start[place + 1] ?? Infinity) <= position) place = placeOf(start, position, place + 1)
    const stretch = table.stretch[place] ?? 0
    const own = stretches[stretch]
    // Outside of a stretch's own tokens it is only there for what reaches over the edge.
    if (own === undefined || position < own.ownStart || position >= own.ownEnd) continue
    hits.add(place, position, table.minute[place] ?? 0, stretch)
  }
  return hits.take()
}

/** The last place, from one on, that begins at most there: mostly near, else far beyond. */
function placeOf(start: Int32Array, position: number, from: number): number {
  let low = from
  let step = 1
  while ((start[low + step] ?? Infinity) <= position) {
    low += step
    step *= 2
  }
  let high = Math.min(low + step, start.length)
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if ((start[middle] ?? 0) <= position) low = middle
    else high = middle
  }
  return low
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
  hits.clear()
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

/** Hits being collected; cut to their number when all are there. */
class Hits {
  #place = new Int32Array(4096)
  #mentions = new Int32Array(4096)
  #first = new Int32Array(4096)
  #last = new Int32Array(4096)
  #minute = new Int32Array(4096)
  #stretch = new Int32Array(4096)
  #count = 0

  clear(): void {
    this.#count = 0
  }

  add(place: number, first: number, minute: number, stretch: number): void {
    const at = this.#count
    if (at > 0 && this.#place[at - 1] === place) {
      this.#mentions[at - 1] = (this.#mentions[at - 1] ?? 0) + 1
      this.#last[at - 1] = first
      return
    }
    if (at === this.#place.length) this.#grow()
    this.#place[at] = place
    this.#mentions[at] = 1
    this.#first[at] = first
    this.#last[at] = first
    this.#minute[at] = minute
    this.#stretch[at] = stretch
    this.#count = at + 1
  }

  take(): MinuteHits {
    const count = this.#count
    if (count === 0) return noHits
    return {
      place: this.#place.slice(0, count),
      mentions: this.#mentions.slice(0, count),
      first: this.#first.slice(0, count),
      last: this.#last.slice(0, count),
      minute: this.#minute.slice(0, count),
      stretch: this.#stretch.slice(0, count),
    }
  }

  #grow(): void {
    const grown = (values: Int32Array): Int32Array<ArrayBuffer> => {
      const more = new Int32Array(values.length * 2)
      more.set(values)
      return more
    }
    this.#place = grown(this.#place)
    this.#mentions = grown(this.#mentions)
    this.#first = grown(this.#first)
    this.#last = grown(this.#last)
    this.#minute = grown(this.#minute)
    this.#stretch = grown(this.#stretch)
  }
}

/** Chunks are evaluated one after the other: what they are collected in is used again. */
const hits = new Hits()
