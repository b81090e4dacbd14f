import { CcrError } from '../../../protocol/codes.ts'
import { parseQuery } from '../../../query/language/parse.ts'
import type { Query } from '../../../query/language/query.ts'
import { restateQuery } from '../../../query/language/restate.ts'

/** Reads a query that came from outside; `bad-request` (CcrError) with the character that is wrong. */
export function readQuery(text: string): Query {
  const parsed = parseQuery(text)
  if (parsed.ok) return parsed.query
  const { at, message } = parsed
  throw new CcrError('bad-request', `query, at character ${at + 1}: ${message}`, { at })
}

/** What a query finds, in words; null when it cannot be read. */
export function tellQuery(text: string): string | null {
  const parsed = parseQuery(text)
  return parsed.ok ? restateQuery(parsed.query) : null
}
