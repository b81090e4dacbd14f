import { lastAtOrBefore } from './last-at-or-before.ts'
import { minuteMs, minutesPerHour } from './measures.ts'

/** The buckets of a chart, by minutes since 1970. */
export class Buckets {
  readonly count: number
  /** Whether no hour of the clock is parted by an edge. */
  readonly areOfHours: boolean
  readonly #edges: Float64Array

  constructor(edges: readonly number[]) {
    this.#edges = new Float64Array(edges.length)
    this.count = Math.max(0, edges.length - 1)
    let areOfHours = true
    for (let n = 0; n < edges.length; n++) {
      const minute = (edges[n] ?? 0) / minuteMs
      this.#edges[n] = minute
      if (minute % minutesPerHour !== 0) areOfHours = false
    }
    this.areOfHours = areOfHours
  }

  /** The bucket of a minute, or -1; `guess` is often right, because minutes ascend within a stretch. */
  at(minute: number, guess: number): number {
    if (this.#isIn(minute, guess)) return guess
    const edges = this.#edges
    const found = lastAtOrBefore(this.count, minute, (n) => edges[n] ?? 0)
    return this.#isIn(minute, found) ? found : -1
  }

  #isIn(minute: number, bucket: number): boolean {
    return (
      minute >= (this.#edges[bucket] ?? Infinity) && minute < (this.#edges[bucket + 1] ?? -Infinity)
    )
  }
}
