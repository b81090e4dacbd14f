import type { Cue } from '../../protocol/api.ts'
import { isRemoved } from '../../protocol/removed.ts'
import type { View } from '../../policy/view.ts'
import type { Announcement } from '../ports/broker.ts'
import { retentionEdge } from './clip-range.ts'

/** A telephone's screen of them. */
const mostLines = 16
/** What was said before then is not what is said now. */
const oldestMs = 10 * 60_000

/**
 * The last lines of every channel, in memory: what a page shows before its scripts have asked for anything. Of a channel
 * that nobody fed since the start there are none; the archive is never asked.
 */
export class FirstLines {
  readonly #now: () => number
  readonly #lines = new Map<string, Cue[]>()

  constructor(now: () => number) {
    this.#now = now
  }

  take(announcement: Announcement): void {
    if (announcement.type !== 'entries') return
    const { channel, entries } = announcement
    for (const entry of entries) {
      const lines = this.#lines.get(channel) ?? []
      if (entry.type === 'cue' && !entry.late && isNews(lines.at(-1), entry.value)) {
        lines.push(entry.value)
        if (lines.length > mostLines) lines.shift()
        this.#lines.set(channel, lines)
      }
      if (entry.type === 'removed')
        this.#lines.set(
          channel,
          lines.filter((cue) => !isRemoved(cue, entry.value)),
        )
    }
  }

  /** Oldest first, as much as somebody with that view may see. */
  of(channel: string, seen: View): readonly Cue[] {
    if (!seen.allowed || seen.snippetWords !== null) return []
    const nowMs = this.#now()
    const oldest = new Date(nowMs - oldestMs).toISOString()
    const edge = retentionEdge(seen, nowMs) ?? ''
    const newest = new Date(nowMs - seen.delayMs).toISOString()
    return (this.#lines.get(channel) ?? []).filter(
      (cue) => cue.start >= edge && cue.end >= oldest && (seen.delayMs === 0 || cue.end <= newest),
    )
  }
}

/** Between nodes, an entry may be told twice. */
function isNews(last: Cue | undefined, { position }: Cue): boolean {
  return last?.position.epoch !== position.epoch || last.position.seq < position.seq
}
