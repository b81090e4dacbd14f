import type { Cue, Gap } from '../../protocol/api.ts'
import { clipSpans, subtractSpans, type TimeSpan } from '../../protocol/time-spans.ts'
import type { Tally } from '../ports/archive.ts'

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

const word = /[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu

/** What is counted as a word: letters and digits, with the apostrophes between them. */
export function tallyOf(cues: readonly Cue[]): Tally {
  const words = cues.reduce((sum, { text }) => sum + (text.match(word)?.length ?? 0), 0)
  return { cues: cues.length, words }
}
