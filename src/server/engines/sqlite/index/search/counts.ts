import type { TimelineCell, TimelineRequest } from '../../../../ports/search.ts'
import { Buckets, type ChunkSums } from './chunk-sums.ts'
import type { MinuteHits } from './evaluate-chunk.ts'
import { eachWithin, type Bounds, type SearchRun } from './search-run.ts'
import type { Searchable } from './searchable.ts'
import type { SpanBook } from './span-book.ts'

type Row = Pick<TimelineCell, 'channel' | 'track' | 'airing'> & {
  readonly mentions: Int32Array
  readonly minutes: Int32Array
}

/** Adds up hits by channel, track, programme and bucket of time. */
export class Counts {
  readonly #buckets: Buckets
  readonly #sums: ChunkSums
  readonly #byAiring: boolean
  readonly #spans: SpanBook
  readonly #rows = new Map<string, Row>()

  constructor({ edges, byAiring }: TimelineRequest, spans: SpanBook, sums: ChunkSums) {
    this.#buckets = new Buckets(edges)
    this.#sums = sums
    this.#byAiring = byAiring
    this.#spans = spans
  }

  take(run: SearchRun, chunk: Searchable): void {
    const hits = run.hits(chunk)
    if (hits.place.length === 0) return
    const bounds = run.bounds(chunk)
    if (this.#byAiring) {
      this.#takeByAiring(run, chunk, hits, bounds)
      return
    }
    const { places, mentions, minutes } = this.#sums.of(hits, bounds, this.#buckets)
    for (let n = 0; n < places.length; n += 2)
      this.#add(
        this.#row(chunk, places[n] ?? 0, null, 0),
        ...([places[n + 1] ?? 0, mentions[n / 2] ?? 0, minutes[n / 2] ?? 0] as const),
      )
  }

  #takeByAiring(
    run: SearchRun,
    chunk: Searchable,
    hits: MinuteHits,
    bounds: readonly (Bounds | undefined)[],
  ): void {
    const cues = chunk.cues()
    let bucket = 0
    eachWithin(hits, bounds, (n) => {
      bucket = this.#buckets.at(hits.minute[n] ?? 0, bucket)
      if (bucket < 0) return
      const cue = run.query.cueOf(cues, hits.first[n] ?? 0)
      const airing = cues.labels[cues.airing[cue] ?? 0] ?? null
      const row = this.#row(chunk, hits.stretch[n] ?? 0, airing, cues.startMs[cue] ?? 0)
      this.#add(row, bucket, hits.mentions[n] ?? 0, 1)
    })
  }

  #add(row: Row | undefined, bucket: number, mentions: number, minutes: number): void {
    if (row === undefined) return
    row.mentions[bucket] = (row.mentions[bucket] ?? 0) + mentions
    row.minutes[bucket] = (row.minutes[bucket] ?? 0) + minutes
  }

  cells(): TimelineCell[] {
    const cells: TimelineCell[] = []
    for (const { channel, track, airing, mentions, minutes } of this.#rows.values())
      mentions.forEach((count, bucket) => {
        // Most buckets of a year are empty.
        if (count === 0) return
        cells.push({
          ...{ channel, track, airing, bucket, mentions: count, minutes: minutes[bucket] ?? 0 },
        })
      })
    return cells
  }

  #row(
    chunk: Searchable,
    stretch: number,
    airing: string | null,
    startMs: number,
  ): Row | undefined {
    const stream = chunk.keys[stretch]
    if (stream === undefined) return undefined
    const { channel, track } = stream
    const key = JSON.stringify([channel, track, airing])
    let row = this.#rows.get(key)
    if (row === undefined) {
      const title = airing === null ? null : this.#spans.title(channel, airing, startMs)
      row = {
        ...{ channel, track, airing: airing === null ? null : { id: airing, title } },
        ...{
          mentions: new Int32Array(this.#buckets.count),
          minutes: new Int32Array(this.#buckets.count),
        },
      }
      this.#rows.set(key, row)
    }
    return row
  }
}
