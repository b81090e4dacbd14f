import { isIdeograph } from '../text/fold.ts'
import { QueryError } from './query-error.ts'
import type { Phrase, Word } from './query.ts'
import { tokenize } from '../text/tokenize.ts'

/**
 * The words of a piece of a query as the tokenizer cuts captions. `text` stood at `at` of the query; a
 * star directly after a word makes it a beginning.
 */
export function parseWords(text: string, at: number): Phrase {
  const { terms, offsets } = tokenize(text)
  const stars = findStars(text)
  const words = terms.map((term, n): Word => {
    const from = offsets[2 * n] ?? 0
    const to = offsets[2 * n + 1] ?? 0
    const isStarred = offsets[2 * n + 2] !== to + 1 && stars.delete(to)
    if (isIdeographic(term)) return ideographicWord(term)
    if (!isStarred) return { term, match: 'exact' }
    if (term.length < 2)
      throw new QueryError(at + from, 'At least two letters before a *, as in ab*.')
    return { term, match: 'prefix' }
  })
  for (const star of stars)
    throw new QueryError(
      at + star,
      'A * stands directly after the beginning of a word, as in pre*.',
    )
  if (words.length === 0)
    throw new QueryError(
      at,
      text.trim() === ''
        ? 'There is nothing between these quotation marks.'
        : `There is no letter and no digit in ${text.trim()}, so nothing to find.`,
    )
  return { kind: 'phrase', words }
}

/** The character alone is somewhere the last of a run; there its term begins with nothing more. */
function ideographicWord(term: string): Word {
  return { term, match: firstCharacter(term) === term ? 'prefix' : 'pair' }
}

export function isIdeographic(term: string): boolean {
  return isIdeograph(term.codePointAt(0) ?? 0)
}

/** The character that an ideographic term stands for; the rest is the next one's. */
export function firstCharacter(term: string): string {
  const rest = Array.from(term)
  const next = rest.findIndex((part, n) => n > 0 && isIdeographic(part))
  return next < 0 ? term : rest.slice(0, next).join('')
}

function findStars(text: string): Set<number> {
  const stars = new Set<number>()
  for (let at = text.indexOf('*'); at >= 0; at = text.indexOf('*', at + 1)) stars.add(at)
  return stars
}
