import type { Gap, Quality } from '../../../protocol/api.ts'
import type { GapReason } from '../../../protocol/events.ts'
import {
  clipSpans,
  lengthOfSpans,
  unionOfSpans,
  type TimeSpan,
} from '../../../protocol/time/time-spans.ts'
import type { Tally } from '../../ports/archive.ts'

export const intervalsMs = { hour: 3_600_000, day: 86_400_000 } as const

/** Whole hours or days of UTC that touch [fromMs, toMs), cut to it. */
export function intervalsOf(range: TimeSpan, interval: keyof typeof intervalsMs): TimeSpan[] {
  const lengthMs = intervalsMs[interval]
  const found: TimeSpan[] = []
  for (let ms = Math.floor(range.fromMs / lengthMs) * lengthMs; ms < range.toMs; ms += lengthMs)
    found.push({ fromMs: Math.max(ms, range.fromMs), toMs: Math.min(ms + lengthMs, range.toMs) })
  return found
}

/** How well a channel was recorded in one interval. */
export function qualityOf(
  within: TimeSpan,
  coverage: readonly TimeSpan[],
  gaps: readonly Gap[],
  { cues, words }: Tally,
): Quality {
  const monitoredMs = lengthOfSpans(clipSpans(coverage, within))
  return {
    from: new Date(within.fromMs).toISOString(),
    to: new Date(within.toMs).toISOString(),
    monitoredMinutes: round(monitoredMs / 60_000),
    uptime: round(monitoredMs / (within.toMs - within.fromMs)),
    gapSeconds: gapSeconds(within, gaps),
    cues,
    words,
    wordsPerMinute: monitoredMs === 0 ? null : round(words / (monitoredMs / 60_000)),
  }
}

/** By reason; time that two gaps of one reason share counts once. */
function gapSeconds(within: TimeSpan, gaps: readonly Gap[]): Partial<Record<GapReason, number>> {
  const byReason = new Map<GapReason, TimeSpan[]>()
  for (const { reason, from, to } of gaps) {
    const span = { fromMs: Date.parse(from), toMs: to === null ? Infinity : Date.parse(to) }
    byReason.set(reason, [...(byReason.get(reason) ?? []), ...clipSpans([span], within)])
  }
  return Object.fromEntries(
    [...byReason]
      .map(([reason, spans]) => [reason, round(lengthOfSpans(unionOfSpans(spans)) / 1000)] as const)
      .filter(([, seconds]) => seconds > 0),
  )
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
