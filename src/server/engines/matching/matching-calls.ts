import type { Standing } from '../../ports/alerts.ts'

/** Calls of the matcher's worker: a method's arguments, and what it resolves with. */
export type MatchingCalls = {
  readonly [N in keyof Standing]: readonly [
    Parameters<Standing[N]>,
    Awaited<ReturnType<Standing[N]>>,
  ]
}
