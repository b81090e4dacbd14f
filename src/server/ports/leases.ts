/** How long a channel stays its producer's after the last byte heard of it (docs/protocol.md). */
export const leaseMs = 30_000

/** Who has a channel now. */
export interface Holder {
  readonly producer: string
  readonly isConnected: boolean
  /** How long nothing was heard of them. */
  readonly silentMs: number
}

/**
 * One producer per channel, on all nodes: a lease lasts 30 s after its last byte, and a newer connection of the same producer
 * takes it over. A connection is known by its `fence`, which is called when another takes over; that may be late or never
 * when nodes cannot reach each other, so the log's own fence is what keeps storage safe.
 *
 * What is asked of other nodes' leases without waiting is as they were some 2 s ago at most.
 */
export interface Leases extends AsyncDisposable {
  /** Resolves when other nodes' leases were looked at: before, nobody seems to have a channel. */
  known(): Promise<void>
  /**
   * Refused, with the time until another producer may try again, while another one has it. Rejects with
   * `storage-unavailable` (CcrError) when nobody can be asked.
   */
  acquire(
    channel: string,
    producer: string,
    fence: () => void,
  ): Promise<{ ok: true } | { ok: false; retryAfterMs: number }>
  /** A byte was heard; cheap, for every one. */
  renew(channel: string, fence: () => void): void
  /** The connection is gone; the channel stays reserved for its producer until the lease is over. */
  leave(channel: string, fence: () => void): void
  /** The producer said `end`: anyone may feed the channel now. */
  release(channel: string, fence: () => void): void
  /** Undefined when nobody has the channel. */
  holderOf(channel: string): Holder | undefined
  /** Whether a producer is connected, or may still come back within its lease. */
  isHeld(channel: string): boolean
  /** Told of every lease that ends without a word, of any node, on all nodes, until `signal` aborts; also of one's own. */
  onLapsed(listener: (channel: string) => void, signal: AbortSignal): void
}
