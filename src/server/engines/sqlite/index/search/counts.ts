import type { TimelineCell, TimelineRequest } from '../../../../ports/search.ts'
import { minutesPerHour } from '../../../rules/search/measures.ts'
import type { PositionList } from '../format/posting.ts'
import type { StreamKey } from '../../../rules/search/stream-key.ts'
import { Buckets } from '../../../rules/search/buckets.ts'
import { eachWithin, type Bounds, type SearchRun } from './search-run.ts'
import type { Searchable, WordHours } from './searchable.ts'
import type { SpanBook } from './span-book.ts'

interface Row {
  readonly channel: string
  readonly track: string
  readonly airing: TimelineCell['airing']
  readonly cells: Map<number, Cell>
  /** The one that was added to last. */
  last: Cell | undefined
}

interface Cell extends Pick<TimelineCell, 'channel' | 'track' | 'airing' | 'bucket'> {
  mentions: number
  minutes: number
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
    const cells: TimelineCell[] = []
    for (const row of all.values()) cells.push(...row.cells.values())
    return (this.#cells = cells)
  }

  get bytes(): number {
    return this.#rows.size * 400 + this.cells().length * 200
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
        cells: new Map([...(before?.cells ?? [])].map(([bucket, cell]) => [bucket, { ...cell }])),
        last: undefined,
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

function add(row: Row, bucket: number, mentions: number, minutes: number): void {
  let cell = row.last
  if (cell?.bucket !== bucket) {
    cell = row.cells.get(bucket)
    if (cell === undefined) {
      const { channel, track, airing } = row
      cell = { channel, track, airing, bucket, mentions: 0, minutes: 0 }
      row.cells.set(bucket, cell)
    }
    row.last = cell
  }
  cell.mentions += mentions
  cell.minutes += minutes
}
