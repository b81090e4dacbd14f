import type { TimelineCell, TimelineRequest } from '../../../../ports/search.ts'
import { minutesPerHour } from '../format/hours.ts'
import type { PositionList } from '../format/posting.ts'
import type { StreamKey } from '../tail/tail-stream.ts'
import { Buckets } from './buckets.ts'
import { eachWithin, type Bounds, type SearchRun } from './search-run.ts'
import type { Searchable, WordHours } from './searchable.ts'
import type { SpanBook } from './span-book.ts'

interface Row {
  readonly channel: string
  readonly track: string
  readonly airing: TimelineCell['airing']
  /** By bucket. */
  readonly mentions: Int32Array
  readonly minutes: Int32Array
  /** Made when they are asked for. */
  cells: readonly TimelineCell[] | undefined
}

/** Adds up hits by channel, track, programme and bucket of time. */
export class Counts {
  readonly #buckets: Buckets
  readonly #byAiring: boolean
  readonly #spans: SpanBook
  /** What it goes on from, which stays as it is. */
  readonly #before: Counts | undefined
  readonly #rows = new Map<string, Row>()
  #cells: readonly TimelineCell[] | undefined

  constructor(
    { edges, byAiring }: Pick<TimelineRequest, 'edges' | 'byAiring'>,
    spans: SpanBook,
    before?: Counts,
  ) {
    this.#buckets = before === undefined ? new Buckets(edges) : before.#buckets
    this.#byAiring = byAiring
    this.#spans = spans
    this.#before = before
  }

  take(run: SearchRun, chunk: Searchable): void {
    if (this.#byAiring) {
      this.#takeByAiring(run, chunk)
      return
    }
    const rows = new ChunkRows((stream) => this.#row(stream, null, 0))
    const said = this.#buckets.areOfHours ? run.hoursOf(chunk) : null
    if (said !== null) {
      this.#takeHours(chunk, said, run.bounds(chunk), rows)
      return
    }
    const hits = run.hits(chunk)
    if (hits.place.length === 0) return
    const bounds = run.bounds(chunk)
    let bucket = 0
    eachWithin(hits, bounds, (n) => {
      bucket = this.#buckets.at(hits.minute[n] ?? 0, bucket)
      if (bucket >= 0) add(rows.of(chunk, hits.stretch[n] ?? 0), bucket, hits.mentions[n] ?? 0, 1)
    })
  }

  /** Whole hours; those that are asked for in part are looked at minute by minute. */
  #takeHours(
    chunk: Searchable,
    { table, counts, positions: read }: WordHours,
    bounds: readonly (Bounds | undefined)[],
    rows: ChunkRows,
  ): void {
    const { stretch: stretches, hour, from } = table
    let positions: PositionList | undefined
    let bucket = 0
    for (let cell = 0; cell < hour.length; cell++) {
      const mentions = counts.mentions[cell] ?? 0
      const stretch = stretches[cell] ?? 0
      const bound = bounds[stretch]
      const minute = (hour[cell] ?? 0) * minutesPerHour
      if (mentions === 0 || bound === undefined) continue
      if (bound.toMinute <= minute || bound.fromMinute >= minute + minutesPerHour) continue
      bucket = this.#buckets.at(minute, bucket)
      if (bucket < 0) continue
      const row = rows.of(chunk, stretch)
      if (bound.fromMinute <= minute && bound.toMinute >= minute + minutesPerHour) {
        add(row, bucket, mentions, counts.minutes[cell] ?? 0)
        continue
      }
      positions ??= read()
      const { start, minute: minutes } = chunk.minutes()
      const end = chunk.stretches[stretch]?.ownEnd ?? 0
      const untilPlace = from[cell + 1] ?? 0
      for (let place = from[cell] ?? 0; place < untilPlace; place++) {
        const at = minutes[place] ?? 0
        if (at < bound.fromMinute || at >= bound.toMinute) continue
        const until = Math.min(start[place + 1] ?? Infinity, end)
        const { length } = positions.within(start[place] ?? 0, until)
        if (length > 0) add(row, bucket, length, 1)
      }
    }
  }

  #takeByAiring(run: SearchRun, chunk: Searchable): void {
    const hits = run.hits(chunk)
    if (hits.place.length === 0) return
    const cues = chunk.cues()
    let bucket = 0
    eachWithin(hits, run.bounds(chunk), (n) => {
      bucket = this.#buckets.at(hits.minute[n] ?? 0, bucket)
      const stream = chunk.keys[hits.stretch[n] ?? 0]
      if (bucket < 0 || stream === undefined) return
      const cue = run.query.cueOf(cues, hits.first[n] ?? 0)
      const airing = cues.labels[cues.airing[cue] ?? 0] ?? null
      const row = this.#row(stream, airing, cues.startMs[cue] ?? 0)
      add(row, bucket, hits.mentions[n] ?? 0, 1)
    })
  }

  /** The same ones while nothing is added. */
  cells(): readonly TimelineCell[] {
    if (this.#cells !== undefined) return this.#cells
    const before = this.#before === undefined ? [] : this.#before.#rows
    const all = new Map([...before, ...this.#rows])
    return (this.#cells = [...all.values()].flatMap((row) => (row.cells ??= cellsOf(row))))
  }

  get bytes(): number {
    return this.#rows.size * (this.#buckets.count * 8 + 200) + this.cells().length * 120
  }

  #row({ channel, track }: StreamKey, airing: string | null, startMs: number): Row {
    const key = airing === null ? `${channel} ${track}` : `${channel} ${track} ${airing}`
    let row = this.#rows.get(key)
    if (row === undefined) {
      this.#cells = undefined
      const before = this.#before === undefined ? undefined : this.#before.#rows.get(key)
      const title = airing === null ? null : this.#spans.title(channel, airing, startMs)
      row = {
        ...{ channel, track, airing: airing === null ? null : { id: airing, title } },
        mentions: before?.mentions.slice() ?? new Int32Array(this.#buckets.count),
        minutes: before?.minutes.slice() ?? new Int32Array(this.#buckets.count),
        cells: undefined,
      }
      this.#rows.set(key, row)
    }
    return row
  }
}

/** The rows of a chunk's stretches, each looked up once. */
class ChunkRows {
  readonly #rows: Row[] = []
  readonly #find: (stream: StreamKey) => Row

  constructor(find: (stream: StreamKey) => Row) {
    this.#find = find
  }

  of({ keys }: Searchable, stretch: number): Row {
    const row = this.#rows[stretch]
    if (row !== undefined) return row
    const stream = keys[stretch]
    if (stream === undefined) throw new RangeError('a stretch of no stream')
    return (this.#rows[stretch] = this.#find(stream))
  }
}

function add({ mentions, minutes }: Row, bucket: number, count: number, minuteCount: number): void {
  mentions[bucket] = (mentions[bucket] ?? 0) + count
  minutes[bucket] = (minutes[bucket] ?? 0) + minuteCount
}

function cellsOf({ channel, track, airing, mentions, minutes }: Row): TimelineCell[] {
  const cells: TimelineCell[] = []
  for (let bucket = 0; bucket < mentions.length; bucket++) {
    const count = mentions[bucket] ?? 0
    // Most buckets of a year are empty.
    if (count === 0) continue
    const counts = { mentions: count, minutes: minutes[bucket] ?? 0 }
    cells.push({ channel, track, airing, bucket, ...counts })
  }
  return cells
}
