import { connectionRules } from './connection-rules.ts'
import { deliveryRules } from './delivery-rules.ts'
import { lineRules } from './line-rules.ts'
import { openRules } from './open-rules.ts'
import type { FeedRule } from './rule.ts'
import { slowRules } from './slow-rules.ts'

/** The feed of docs/protocol.md, black box, the slow rules last. */
export const feedRules: readonly FeedRule[] = [
  ...connectionRules,
  ...lineRules,
  ...deliveryRules,
  ...openRules,
  ...slowRules,
]
