import type { Airing, Gap, Removed } from '../../../protocol/api.ts'
import type { LogEntry } from '../../ports/log.ts'

/** No broadcast lasts longer: an airing that nobody has ended is over by then. */
export const longestAiringMs = 24 * 3_600_000

/** Whether an airing or gap was over before a time; an open gap is not, however long it lasts. */
export function isOver(span: Airing | Gap, beforeMs: number): boolean {
  if ('from' in span) return span.to !== null && Date.parse(span.to) <= beforeMs
  if (span.end !== null) return Date.parse(span.end) <= beforeMs
  return Date.parse(span.start) < beforeMs - longestAiringMs
}

/** What stands in the log where an entry was. */
export function removedItem(entry: LogEntry): Removed {
  if (entry.type === 'removed') return entry.value
  const { channel, position, id, run } = entry.value
  const track = entry.type === 'cue' ? entry.value.track : null
  return { channel, position, what: entry.type, run, track, id }
}
