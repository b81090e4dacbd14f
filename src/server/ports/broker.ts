import type { Draft } from '../../protocol/live/live.ts'
import type { LogEntry } from './log.ts'
import type { ProducerFacts } from './producer-facts.ts'

/** What the broker carries: the news that entries are in the log, and drafts, which are nowhere else. */
export type Announcement =
  | { readonly type: 'entries'; readonly channel: string; readonly entries: readonly LogEntry[] }
  | { readonly type: 'draft'; readonly channel: string; readonly draft: Draft }
  /** A producer's connection opened, or closed and did not come back within its lease. */
  | { readonly type: 'feed'; readonly channel: string; readonly connected: boolean }
  /** The run is over: what was still growing on screen in it is gone. */
  | { readonly type: 'run-end'; readonly channel: string; readonly run: string }
  /** What is known of who feeds the channel. */
  | { readonly type: 'producer'; readonly channel: string; readonly facts: ProducerFacts }

/**
 * Wakes the live readers of this and other nodes.
 *
 * - Entries are announced only after the log holds them, in the channel's order.
 * - This node's listeners hear what it announces before `announce` returns, and once; those of others a moment later, each
 *   channel's news in the order of the calls.
 * - At most once: a lost announcement delays readers until the next one, and loses nothing, because
 *   readers compare positions and fetch what is between from the log. A lost draft is told by the next one of its track.
 * - A listener must not throw and must not block.
 */
export interface Broker extends AsyncDisposable {
  announce(announcement: Announcement): void
  /** To the listeners of this node alone: what others have told already. */
  announceHere(announcement: Announcement): void
  /** Hears everything until `signal` aborts. */
  listen(listener: (announcement: Announcement) => void, signal: AbortSignal): void
}
