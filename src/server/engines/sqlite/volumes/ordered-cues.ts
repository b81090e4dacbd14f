import type { Cue } from '../../../../protocol/api.ts'
import { cueIdentity } from '../../rules/cue-order.ts'

/** What stands where a cue's start would: text order is time order, and costs less than reading dates. */
export function startText(ms: number): string {
  if (ms <= firstDateMs) return ''
  return ms > lastDateMs ? '~' : new Date(Math.ceil(ms)).toISOString()
}

/** Of the years 0000 to 9999, which cues can say. */
const firstDateMs = Date.parse('0000-01-01T00:00:00.000Z')
const lastDateMs = Date.parse('9999-12-31T23:59:59.999Z')

/** The first place of those by time whose cue starts then or later. */
export function firstFrom(cues: readonly Cue[], start: string): number {
  let low = 0
  let high = cues.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((cues[middle]?.start ?? '') < start) low = middle + 1
    else high = middle
  }
  return low
}

/** The last of those that are the same. */
export function eachOnce(cues: readonly Cue[]): Cue[] {
  return [...new Map(cues.map((cue) => [cueIdentity(cue), cue])).values()]
}
