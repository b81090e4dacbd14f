import { CcrError } from '../../protocol/codes.ts'
import { parseQuery } from '../../query/language/parse.ts'
import type { Query } from '../../query/language/query.ts'

/** Reads a query that came from outside; `bad-request` (CcrError) with the character that is wrong. */
export function readQuery(text: string): Query {
  const parsed = parseQuery(text)
  if (parsed.ok) return parsed.query
  const { at, message } = parsed
  throw new CcrError('bad-request', `query, at character ${at + 1}: ${message}`, { at })
}
