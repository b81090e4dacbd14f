import { serveHandlers } from '../workers/worker-host.ts'
import type { MatchingCalls } from './matching-calls.ts'
import { Matching } from './matching.ts'

/** Matches: it costs the loop that serves readers nothing. */
const matching = new Matching()
serveHandlers<MatchingCalls>(
  {
    begin: ([keys]) => matching.begin(keys),
    listenFor: (args) => matching.listenFor(...args),
    hear: ([heard]) => matching.hear(heard),
    heardSince: (args) => matching.heardSince(...args),
    tick: ([nowMs]) => matching.tick(nowMs),
  },
  () => undefined,
  () => undefined,
)
