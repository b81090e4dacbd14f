import type { Range } from '../ports/archive.ts'

/** What a reader with a delay may see ends that long ago; what is past the channel's retention nobody may. */
export function clipRange(range: Range, view: RangeView, nowMs: number): Range {
  const first = retentionEdge(view, nowMs)
  const last = view.delayMs === 0 ? null : new Date(nowMs - view.delayMs).toISOString()
  return {
    from: first !== null && (range.from === null || range.from < first) ? first : range.from,
    to: last !== null && (range.to === null || range.to > last) ? last : range.to,
  }
}

/** Nothing that began before this is shown; null = no limit. */
export function retentionEdge({ retentionMs }: RangeView, nowMs: number): string | null {
  return retentionMs === null ? null : new Date(nowMs - retentionMs).toISOString()
}

export interface RangeView {
  readonly delayMs: number
  readonly retentionMs: number | null
}
