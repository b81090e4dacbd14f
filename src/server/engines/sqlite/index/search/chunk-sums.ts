import type { MinuteHits } from './evaluate-chunk.ts'
import { minuteMs } from '../format/index-schema.ts'
import { lastAtOrBefore } from '../format/last-at-or-before.ts'
import { eachWithin, type Bounds } from './search-run.ts'

/** The buckets of a chart, by minutes since 1970. */
export class Buckets {
  readonly count: number
  /** The same for the same edges. */
  readonly name: string
  readonly #edges: readonly number[]

  constructor(edges: readonly number[]) {
    this.#edges = edges.map((ms) => ms / minuteMs)
    this.count = Math.max(0, edges.length - 1)
    this.name = this.#edges.join()
  }

  /** The bucket of a minute, or -1; `guess` is often right, because minutes ascend within a stretch. */
  at(minute: number, guess: number): number {
    const edges = this.#edges
    const isIn = (bucket: number): boolean =>
      minute >= (edges[bucket] ?? Infinity) && minute < (edges[bucket + 1] ?? -Infinity)
    if (isIn(guess)) return guess
    const found = lastAtOrBefore(this.count, minute, (n) => edges[n] ?? 0)
    return isIn(found) ? found : -1
  }
}

/** What a chunk adds to a chart. */
interface Sums {
  readonly buckets: string
  readonly bounds: string
  /** Stretch and bucket, in turn. */
  readonly places: Int32Array
  readonly mentions: Int32Array
  readonly minutes: Int32Array
}

/** Hits of chunks added up, as long as the hits are kept: a chart asked again looks at no minute twice. */
export class ChunkSums {
  readonly #sums = new WeakMap<MinuteHits, Sums>()

  of(hits: MinuteHits, bounds: readonly (Bounds | undefined)[], buckets: Buckets): Sums {
    const name = bounds
      .map((one) => (one === undefined ? '' : `${one.fromMinute} ${one.toMinute}`))
      .join()
    const known = this.#sums.get(hits)
    if (known?.buckets === buckets.name && known.bounds === name) return known
    const sums = { ...addUp(hits, bounds, buckets), buckets: buckets.name, bounds: name }
    this.#sums.set(hits, sums)
    return sums
  }
}

/** Hits come by stretch and minute, so that those of one bucket follow each other. */
function addUp(
  hits: MinuteHits,
  bounds: readonly (Bounds | undefined)[],
  buckets: Buckets,
): Pick<Sums, 'places' | 'mentions' | 'minutes'> {
  const places: number[] = []
  const mentions: number[] = []
  const minutes: number[] = []
  let stretch = -1
  let bucket = -1
  eachWithin(hits, bounds, (n) => {
    const next = buckets.at(hits.minute[n] ?? 0, bucket)
    if (next < 0) return
    if (next !== bucket || hits.stretch[n] !== stretch) {
      bucket = next
      stretch = hits.stretch[n] ?? 0
      places.push(stretch, bucket)
      mentions.push(0)
      minutes.push(0)
    }
    const last = minutes.length - 1
    mentions[last] = (mentions[last] ?? 0) + (hits.mentions[n] ?? 0)
    minutes[last] = (minutes[last] ?? 0) + 1
  })
  return {
    places: Int32Array.from(places),
    mentions: Int32Array.from(mentions),
    minutes: Int32Array.from(minutes),
  }
}
