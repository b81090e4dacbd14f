import type { TimelineCell, TimelineRequest } from '../../../ports/search.ts'
import type { CueTable } from './chunk.ts'
import { lastAtOrBefore } from './last-at-or-before.ts'
import { minuteMs } from './index-schema.ts'
import type { SearchRun } from './search-run.ts'
import type { Searchable } from './searchable.ts'
import type { SpanBook } from './span-book.ts'

type Row = Pick<TimelineCell, 'channel' | 'track' | 'airing'> & {
  readonly mentions: Int32Array
  readonly minutes: Int32Array
}

/** Adds up hits by channel, track, programme and bucket of time. */
export class Counts {
  readonly #edges: readonly number[]
  readonly #buckets: number
  readonly #byAiring: boolean
  readonly #spans: SpanBook
  readonly #rows = new Map<string, Row>()

  constructor({ edges, byAiring }: TimelineRequest, spans: SpanBook) {
    this.#edges = edges.map((ms) => ms / minuteMs)
    this.#buckets = Math.max(0, edges.length - 1)
    this.#byAiring = byAiring
    this.#spans = spans
  }

  take(run: SearchRun, chunk: Searchable): void {
    const edges = this.#edges
    const rows: (Row | undefined)[] = []
    let bucket = 0
    let cues: CueTable | undefined
    run.eachHit(chunk, (hits, n) => {
      const minute = hits.minute[n] ?? 0
      // Minutes ascend within a stretch, so that the next is most often in the same bucket.
      if (minute < (edges[bucket] ?? 0) || minute >= (edges[bucket + 1] ?? Infinity))
        bucket = lastAtOrBefore(this.#buckets, minute, (i) => edges[i] ?? 0)
      if (minute < (edges[bucket] ?? 0) || minute >= (edges[bucket + 1] ?? 0)) return
      const stretch = hits.stretch[n] ?? 0
      let row
      if (this.#byAiring) {
        cues ??= chunk.cues()
        const cue = run.query.cueOf(cues, hits.first[n] ?? 0)
        const airing = cues.labels[cues.airing[cue] ?? 0] ?? null
        row = this.#row(chunk, stretch, airing, cues.startMs[cue] ?? 0)
      } else row = rows[stretch] ??= this.#row(chunk, stretch, null, 0)
      if (row === undefined) return
      row.mentions[bucket] = (row.mentions[bucket] ?? 0) + (hits.mentions[n] ?? 0)
      row.minutes[bucket] = (row.minutes[bucket] ?? 0) + 1
    })
  }

  cells(): TimelineCell[] {
    return [...this.#rows.values()].flatMap(({ channel, track, airing, mentions, minutes }) =>
      Array.from(mentions, (count, bucket) => ({
        ...{ channel, track, airing, bucket },
        ...{ mentions: count, minutes: minutes[bucket] ?? 0 },
      })).filter((cell) => cell.mentions > 0),
    )
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
        ...{ mentions: new Int32Array(this.#buckets), minutes: new Int32Array(this.#buckets) },
      }
      this.#rows.set(key, row)
    }
    return row
  }
}
