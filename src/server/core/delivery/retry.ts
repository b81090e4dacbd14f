const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** Waits between the tries of one notification: those that Standard Webhooks proposes, some three days in all. */
export const retrySchedule: readonly number[] = [
  ...[5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour],
  ...[10 * hour, 14 * hour, 20 * hour, 24 * hour],
]
/** What has waited for so long behind others gets one more try, and is then given up. */
export const mostWaitMs = retrySchedule.reduce((sum, each) => sum + each, 0)
/** Tries of what is refused as it is: it may be the other side's mistake of the moment. */
export const refusedTries = 4

const longestAskedMs = 24 * hour

/**
 * Milliseconds before the next try after `attempts` (1, 2, 3 …) have failed; null = no more. Spread over a fifth, so that
 * those cut off together do not come back together; `random` is in [0, 1). `askedMs` is what the other side asked for.
 */
export function retryAfterMs(
  attempts: number,
  waitedMs: number,
  random: number,
  askedMs = 0,
): number | null {
  const wait = retrySchedule[attempts - 1]
  if (wait === undefined || waitedMs >= mostWaitMs) return null
  return Math.round(Math.max(wait, Math.min(askedMs, longestAskedMs)) * (0.9 + random * 0.2))
}
