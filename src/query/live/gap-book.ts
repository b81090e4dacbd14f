import type { Cue, Gap } from '../../protocol/api.ts'

/** Gaps that cues still to come could lie around; older ones have done their part. */
const keptGaps = 256

type CueTime = Pick<Cue, 'start'>
/** When a gap began and ended. */
export type GapTimes = Pick<Gap, 'from' | 'to'>

/** A gap parts two cues of a track when it begins after the start of the one and by the start of the other. */
export function parts({ from, to }: GapTimes, a: CueTime, b: CueTime): boolean {
  // A gap that ends where it begins was withdrawn.
  return from !== to && a.start < from && from <= b.start
}

/** The gaps of a channel as they are known now; a later one of the same id replaces the earlier. */
export class GapBook {
  readonly #gaps = new Map<string, Gap>()

  take(gap: Gap): void {
    this.#gaps.delete(gap.id)
    this.#gaps.set(gap.id, gap)
    if (this.#gaps.size <= keptGaps) return
    const oldest = this.#gaps.keys().next()
    if (oldest.done !== true) this.#gaps.delete(oldest.value)
  }

  parts(a: CueTime, b: CueTime): boolean {
    for (const gap of this.#gaps.values()) if (parts(gap, a, b)) return true
    return false
  }
}
