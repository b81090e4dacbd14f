import type { Airing, Cue, Gap } from '../../../../protocol/api.ts'
import type { Range, SpanRange } from '../../../ports/archive.ts'
import { farAwayMs } from './volume-schema.ts'

/** SQLite has no infinities: the bounds of what a date can say stand for them. */
export function bounds({ from, to }: Range): { fromMs: number; toMs: number } {
  return {
    fromMs: from === null ? -8.64e15 : Date.parse(from),
    toMs: to === null ? 8.64e15 : Date.parse(to),
  }
}

export function spanBounds(range: SpanRange): {
  fromMs: number
  toMs: number
  startFromMs: number
} {
  const startFromMs = range.startFrom === undefined ? -8.64e15 : Date.parse(range.startFrom)
  return { ...bounds(range), startFromMs }
}

export function touches(span: Airing | Gap, fromMs: number, toMs: number): boolean {
  const startMs = startMsOf(span)
  const end = 'from' in span ? span.to : span.end
  const endMs = end === null ? farAwayMs : Date.parse(end)
  return endMs > startMs && startMs < toMs && endMs > fromMs
}

export function startMsOf(span: Airing | Gap): number {
  return Date.parse('from' in span ? span.from : span.start)
}

/**
 * What was filed before the log was restored names its epoch of then. The restored log goes on above every number in the
 * archive, so the same numbers are right, and still unique, under the new name.
 */
export function under<T extends Cue | Airing | Gap>(epoch: string, value: T): T {
  if (value.position.epoch === epoch) return value
  return { ...value, position: { epoch, seq: value.position.seq } }
}
