/** How long a peer waits before it comes back. */
export interface Backoff {
  readonly firstMs: number
  readonly longestMs: number
}

/**
 * Milliseconds before try number `attempt` (1, 2, 3 …): doubling from `firstMs` to `longestMs`, and
 * spread evenly over its upper half, so that peers cut off together do not return together.
 * `random` is a number in [0, 1).
 */
export function backoffMs(backoff: Backoff, attempt: number, random: number): number {
  const ceiling = Math.min(backoff.longestMs, backoff.firstMs * 2 ** Math.min(attempt - 1, 30))
  return Math.round(ceiling * (0.5 + random / 2))
}
