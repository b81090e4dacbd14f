import type { Query } from '../../../../../query/language/query.ts'
import type { ChannelFacts } from '../../../../../query/match/filter-test.ts'
import type { SearchScope } from '../../../../ports/search.ts'
import { CompiledQuery, asksForShow } from '../../../rules/search/compiled-query.ts'
import type { CutBook } from './cut-book.ts'
import { evaluateChunk, noHits, type MinuteHits } from './evaluate-chunk.ts'
import type { HitCache, QueryHits } from './hit-cache.ts'
import { minuteMs } from '../../../rules/search/measures.ts'
import type { Moment } from './search-state.ts'
import type { Searchable, WordHours } from './searchable.ts'
import type { SpanBook } from './span-book.ts'
import { narrow, splitQuery, timeFilters } from '../../../rules/search/split-query.ts'
import type { StreamKey } from '../../../rules/search/stream-key.ts'
import { streamName } from '../tail/tail.ts'

/** A match may lie before the end of the asked time, and a shorter one within it after: so far apart at most. */
const edgeMinutes = 24 * 60

export interface Bounds {
  readonly fromMinute: number
  readonly toMinute: number
}

/** Null for streams of which nothing is asked for. */
type StreamBounds = Map<StreamKey, Bounds | null>

/** One search of one moment: which chunks it looks at, and what of their hits is asked for. */
export class SearchRun {
  readonly moment: Moment
  readonly fromMs: number
  readonly toMs: number
  readonly query: CompiledQuery
  /** The whole question, its times in it: what a passage is marked by. */
  readonly asked: Query
  readonly facts: ReadonlyMap<string, ChannelFacts>
  /** Whether what is found in a chunk stays found. */
  readonly isCacheable: boolean
  /** For chunks at the edges of the asked time, where cues are told apart. */
  readonly #edgeQuery: CompiledQuery
  readonly #cuts: CutBook
  readonly #cache: HitCache
  readonly #hits = new Map<CompiledQuery, QueryHits>()
  readonly #channels: ReadonlyMap<string, Bounds>
  readonly #tracks: readonly string[] | null
  readonly #tailBounds: StreamBounds = new Map()
  readonly #indexBounds: StreamBounds = new Map()

  constructor(scope: SearchScope, moment: Moment, spans: SpanBook, cuts: CutBook, cache: HitCache) {
    this.moment = moment
    this.#cuts = cuts
    this.#cache = cache
    const split = splitQuery(scope.query)
    const from = scope.from === null ? -Infinity : Date.parse(scope.from)
    const to = scope.to === null ? Infinity : Date.parse(scope.to)
    this.fromMs = Math.max(from, split.fromMs)
    this.toMs = Math.min(to, split.toMs)
    this.facts = new Map(scope.channels.map((one) => [one.id, one]))
    const titleOf = (channel: string, airing: string, startMs: number): string | null =>
      spans.title(channel, airing, startMs)
    this.query = new CompiledQuery(split, this.facts, titleOf)
    const edges = timeFilters(this.fromMs, this.toMs)
    this.asked = narrow(scope.query, edges)
    this.#edgeQuery =
      edges.length === 0
        ? this.query
        : new CompiledQuery({ ...split, query: narrow(split.query, edges) }, this.facts, titleOf)
    this.isCacheable = !asksForShow(split.query)
    this.#tracks = scope.tracks
    this.#channels = new Map(
      scope.channels.map(({ id, from: since, to: until }) => [
        id,
        {
          fromMinute: since === null ? -Infinity : Math.ceil(Date.parse(since) / minuteMs),
          toMinute: until === null ? Infinity : Math.floor(Date.parse(until) / minuteMs),
        },
      ]),
    )
  }

  /** The chunks in which something asked for may lie: what is in none yet, then month by month, the newest or the oldest first. */
  *chunks(isNewestFirst = true): Generator<Searchable> {
    const { tail, lease } = this.moment
    if (this.#mayHold(tail)) yield tail
    for (const month of isNewestFirst ? lease.months.toReversed() : lease.months) {
      const volume = lease.volume(month)
      for (const chunk of (isNewestFirst ? volume?.newestFirst : volume?.oldestFirst) ?? [])
        if (this.#mayHold(chunk)) yield chunk
    }
  }

  #mayHold({ firstMinute, lastMinute, keys }: Searchable): boolean {
    return (
      lastMinute >= this.fromMs / minuteMs - 1 &&
      firstMinute < this.toMs / minuteMs &&
      keys.some((key) => this.#channels.has(key.channel))
    )
  }

  /** The hits of a chunk that are the query's and the asker's to see, one by one in the order of the chunk or from its end. */
  eachHit(
    chunk: Searchable,
    visit: (hits: MinuteHits, n: number) => void,
    isFromEnd = false,
  ): void {
    const hits = this.hits(chunk)
    if (hits.place.length === 0) return
    eachWithin(hits, this.bounds(chunk), (n) => visit(hits, n), isFromEnd)
  }

  /** Of each stretch the minutes that are asked for; undefined where nothing is. */
  bounds(chunk: Searchable): (Bounds | undefined)[] {
    return chunk.keys.map((_, stretch) => this.#boundsOf(chunk, stretch))
  }

  hits(chunk: Searchable): MinuteHits {
    const query = this.#isAtEdge(chunk) ? this.#edgeQuery : this.query
    const { plan, required } = query
    if (plan !== null && !chunk.mayHold(plan.wordList, required)) return noHits
    const { serial, cuts } = this.#cuts.of(chunk)
    if (chunk === this.moment.tail || !this.isCacheable) return evaluateChunk(query, chunk, cuts)
    const known = this.#known(query)
    let hits = known.get(chunk.name, serial)
    if (hits === undefined) {
      hits = evaluateChunk(query, chunk, cuts)
      known.set(chunk.name, serial, hits)
    }
    return hits
  }

  /** Of a query of one word, where that is counted by hour already. */
  hoursOf(chunk: Searchable): WordHours | null {
    const word = this.query.onlyWord
    return word === null || this.#isAtEdge(chunk) ? null : chunk.hours(word)
  }

  #known(query: CompiledQuery): QueryHits {
    let known = this.#hits.get(query)
    if (known === undefined) this.#hits.set(query, (known = this.#cache.of(query.name)))
    return known
  }

  #boundsOf(chunk: Searchable, stretch: number): Bounds | undefined {
    const key = chunk.keys[stretch]
    if (key === undefined) return undefined
    const known = chunk === this.moment.tail ? this.#tailBounds : this.#indexBounds
    let bounds = known.get(key)
    if (bounds === undefined) known.set(key, (bounds = this.#boundsOfStream(key, known)))
    if (bounds === null) return undefined
    const limit = chunk.limitOf(stretch)
    return limit >= bounds.toMinute ? bounds : { ...bounds, toMinute: limit }
  }

  /** Null when nothing of the stream is asked for. */
  #boundsOfStream(key: StreamKey, known: StreamBounds): Bounds | null {
    const bounds = this.#channels.get(key.channel)
    if (bounds === undefined || !this.query.mayPass(key)) return null
    if (this.#tracks !== null && !this.#tracks.includes(key.track)) return null
    const { superseded, tailOwns } = this.moment
    if (superseded.get(key.channel)?.has(key.run) === true) return null
    const newer = known === this.#tailBounds ? undefined : tailOwns.get(streamName(key))
    return {
      fromMinute: Math.max(bounds.fromMinute, Math.floor(this.fromMs / minuteMs)),
      toMinute: Math.min(bounds.toMinute, Math.ceil(this.toMs / minuteMs), newer ?? Infinity),
    }
  }

  #isAtEdge({ firstMinute, lastMinute }: Searchable): boolean {
    const from = this.fromMs / minuteMs
    const to = this.toMs / minuteMs
    return (
      (firstMinute <= from && lastMinute >= Math.floor(from) && !Number.isInteger(from)) ||
      (firstMinute < to && lastMinute >= to - edgeMinutes)
    )
  }
}

/** The places of hits in minutes that are asked for, in order or from the end. */
export function eachWithin(
  { place, minute, stretch }: MinuteHits,
  bounds: readonly (Bounds | undefined)[],
  visit: (n: number) => void,
  isFromEnd = false,
): void {
  const { length } = place
  for (let at = 0; at < length; at++) {
    const n = isFromEnd ? length - 1 - at : at
    const bound = bounds[stretch[n] ?? 0]
    const here = minute[n] ?? 0
    if (bound !== undefined && here >= bound.fromMinute && here < bound.toMinute) visit(n)
  }
}
