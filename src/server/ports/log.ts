import type { Airing, Cue, Gap, Removed } from '../../protocol/api.ts'
import type { DurableEvent } from '../../protocol/events.ts'
import type { Position } from '../../protocol/position.ts'

/** A line that held the expected number and could not be used: kept, named, and passed. */
export interface Reject {
  readonly type: 'reject'
  readonly seq: number
  readonly code: string
  readonly detail: string
  /** The line as it came, cut to a bounded length. */
  readonly line: string
}

/** The server's own word that a channel's retention has passed over what was before a time. */
export interface Removal {
  readonly type: 'removed'
  readonly seq: number
  /** RFC 3339 UTC with milliseconds. */
  readonly before: string
}

/** What one producer sent, in ascending `seq` without a hole (`skip` covers `seq`…`to`). */
export interface Batch {
  readonly channel: string
  readonly producer: string
  /** Grows with every connection that takes the channel over; an older one is refused. */
  readonly fence: number
  readonly events: readonly (DurableEvent | Reject | Removal)[]
}

/** Something readers see, with its place in the order of storage. */
export type LogEntry =
  | { readonly type: 'cue'; readonly late: boolean; readonly value: Cue }
  | { readonly type: 'airing'; readonly value: Airing }
  | { readonly type: 'gap'; readonly value: Gap }
  | { readonly type: 'removed'; readonly value: Removed }

export type AppendResult =
  | {
      readonly ok: true
      /** The producer's highest number that the log has: it may still be lost where `stored` is lower. */
      readonly received: number
      /** The producer's highest number that would survive `kill -9` and a power cut. */
      readonly stored: number
      /** New entries of this batch, in order, their positions contiguous in the channel. */
      readonly entries: readonly LogEntry[]
      /** Cues passed over because their identity is stored already under another producer. */
      readonly duplicates: number
    }
  | { readonly ok: false; readonly code: 'fenced' }
  | {
      readonly ok: false
      readonly code: 'sequence-gap'
      readonly expected: number
    }

/** `received` may go back when a log of several nodes loses what is not archived yet; `stored` never does. */
export interface ProducerState {
  readonly received: number
  readonly stored: number
}

/** Who appends what the server itself has to say; its numbers are contiguous as any producer's. */
export const serverProducer = 'server'

/** Names a gap of the server's own by where it begins: no id of a client has a colon. */
export function ownGapId(run: string, fromMs: number): string {
  return `${serverProducer}:${run}:${fromMs}`
}

export function isOwnGapId(id: string): boolean {
  return id.startsWith(`${serverProducer}:`)
}

/** Whether somebody monitors a channel: what is known of its latest live run. */
export interface Monitoring {
  readonly run: string
  /** The run said `end`. */
  readonly ended: boolean
  /** The latest time it spoke of. */
  readonly lastMs: number
  /** A gap of the server's own is open since then. */
  readonly isAbsent: boolean
}

/** A page of a channel's log after `since`. */
export type LogPage =
  | { readonly ok: true; readonly entries: readonly LogEntry[]; readonly position: Position }
  /** `since` is of another epoch, ahead of the tip, or older than the kept log, which can be read from `oldest`. */
  | { readonly ok: false; readonly position: Position; readonly oldest: Position }

/**
 * The received log: every channel's events in order of storage, and each producer's number, for
 * at least 24 hours.
 *
 * - Durable: what an append answers as `stored` would survive `kill -9` and a power cut; embedded, that is all of it.
 * - Atomic: events, positions and the producer's number are one transaction.
 * - Idempotent: events with `seq` ≤ received are passed over, also inside a batch.
 * - Ordered: batches of one channel are stored in the order of the calls; positions are contiguous.
 * - Failing storage rejects the promise (CcrError `storage-unavailable`) and leaves nothing behind; the
 *   caller must not acknowledge. Sending again is always safe.
 * - Tells its own holes: a gap with an id of `ownGapId` opens one, and it lasts until a live run is heard;
 *   it ends in the transaction of the data that end it, without what clients tell as gaps themselves.
 */
export interface Log extends AsyncDisposable {
  append(batch: Batch): Promise<AppendResult>
  /** A new fence for the channel; appends under an older one are refused from now on. */
  fence(channel: string): Promise<number>
  producer(channel: string, producer: string): Promise<ProducerState>
  /** null before the channel's first live run. */
  monitoring(channel: string): Promise<Monitoring | null>
  /** At most `limit` entries with `seq` > `since.seq`, in order. */
  read(channel: string, since: Position, limit: number): Promise<LogPage>
  tip(channel: string): Promise<Position>
  /**
   * Tells when what is stored of a producer moves on without an append of this process, until `signal` aborts. At most once:
   * the next append, or the next time, tells the same. Never called where `stored` is all that is received.
   */
  onStored(
    listener: (channel: string, producer: string, stored: number) => void,
    signal: AbortSignal,
  ): void
}
