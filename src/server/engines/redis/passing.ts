import { ErrorReply } from '@redis/client'

/** Answers that say "not now": loading, full, a cluster or replica that is not ready, an operator's mistake. */
const passing =
  /^(?:LOADING|OOM|CLUSTERDOWN|TRYAGAIN|MASTERDOWN|READONLY|BUSY|MISCONF|NOREPLICAS|MOVED|ASK|NOAUTH|WRONGPASS|NOPERM)\b/

/** Whether trying again can help. What is no answer of Redis's own is a connection that failed. */
export function isPassing(error: unknown): boolean {
  return error instanceof ErrorReply ? passing.test(error.message) : true
}
