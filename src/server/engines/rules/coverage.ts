import type { Cue, Gap } from '../../../protocol/api.ts'
import { clipSpans, subtractSpans, type TimeSpan } from '../../../protocol/time/time-spans.ts'
import type { Tally } from '../../ports/archive.ts'

/** When a channel was monitored: the time of its runs without its gaps. */
export function coverageOf(
  extents: readonly TimeSpan[],
  gaps: readonly Gap[],
  within: TimeSpan,
): TimeSpan[] {
  const holes = gaps.map(({ from, to }) => ({
    fromMs: Date.parse(from),
    toMs: to === null ? Infinity : Date.parse(to),
  }))
  return clipSpans(subtractSpans(extents, holes), within)
}

/** Adds the minutes of spans in order of time to the buckets they lie in. */
export function addMinutes(
  minutes: number[],
  edges: readonly number[],
  spans: readonly TimeSpan[],
): void {
  let first = 0
  for (const { fromMs, toMs } of spans) {
    while ((edges[first + 1] ?? Infinity) <= fromMs) first++
    for (let bucket = first; bucket < minutes.length && (edges[bucket] ?? 0) < toMs; bucket++) {
      const from = Math.max(fromMs, edges[bucket] ?? 0)
      const to = Math.min(toMs, edges[bucket + 1] ?? 0)
      if (to > from) minutes[bucket] = (minutes[bucket] ?? 0) + (to - from) / 60_000
    }
  }
}

const word = /[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu

/** What is counted as a word: letters and digits, with the apostrophes between them. */
export function tallyOf(cues: readonly Pick<Cue, 'text'>[]): Tally {
  const words = cues.reduce((sum, { text }) => sum + (text.match(word)?.length ?? 0), 0)
  return { cues: cues.length, words }
}
