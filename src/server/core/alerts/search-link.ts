import type { Alert } from '../../../protocol/alerts.ts'
import { formatQuery } from '../../../query/language/format.ts'
import { parseQuery } from '../../../query/language/parse.ts'

/** Path of the search page that shows what an alert finds in a time; its channels stand in the query. */
export function searchLink(
  alert: Pick<Alert, 'query' | 'channels'>,
  fromMs: number,
  toMs: number,
): string {
  const params = new URLSearchParams({ q: queryOn(alert), from: iso(fromMs), to: iso(toMs) })
  return `/search?${params.toString()}`
}

/** The query with its channels as a filter; without them when there are more than a query can hold. */
function queryOn({ query, channels }: Pick<Alert, 'query' | 'channels'>): string {
  const parsed = parseQuery(query)
  if (channels.length === 0 || !parsed.ok || parsed.query.kind !== 'text') return query
  const { expression } = parsed.query
  const of = channels.map((id) => ({ kind: 'channel', id }) as const)
  const [only] = of
  const filter = of.length === 1 && only !== undefined ? only : ({ kind: 'any', of } as const)
  const whole = formatQuery({
    kind: 'text',
    expression:
      expression.kind === 'all'
        ? { ...expression, where: [...expression.where, filter] }
        : { kind: 'all', of: [expression], without: [], where: [filter] },
  })
  return parseQuery(whole).ok ? whole : query
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
