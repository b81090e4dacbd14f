import type { Answer, Sent } from '../../../ports/sender.ts'

/** What an answer of the web says of a notification. `goneAt`: statuses that say that there is nobody any more. */
export function judgeAnswer(answer: Answer, goneAt: readonly number[] = [410]): Sent {
  if (answer.kind === 'failure') return { outcome: 'deferred', reason: answer.reason }
  if (answer.kind === 'forbidden') return { outcome: 'refused', reason: answer.reason }
  const { status, retryAfterMs } = answer
  if (status >= 200 && status < 300) return { outcome: 'sent' }
  if (goneAt.includes(status))
    return { outcome: 'gone', reason: `it answers ${status}: it is not there any more` }
  if (status >= 300 && status < 400)
    return {
      outcome: 'deferred',
      reason: `it answers ${status}, and redirects are not followed: give the address that it leads to`,
    }
  const reason = `it answers ${status}`
  if (status === 400 || status === 413 || status === 422) return { outcome: 'refused', reason }
  return {
    outcome: 'deferred',
    reason,
    ...(retryAfterMs === null ? {} : { afterMs: retryAfterMs }),
  }
}
