import type { Suggestion } from '../../../protocol/rehearsal.ts'
import { formatQuery } from '../../../query/language/format.ts'
import type { Expression, Filter, Phrase, Query } from '../../../query/language/query.ts'

export type Change = Omit<Suggestion, 'mentions'>
type TextQuery = Extract<Query, { kind: 'text' }>

/** Longest beginning of a word that still finds its other forms. */
const longestStem = 6
/** Shorter words have no forms that begin alike and mean the same. */
const shortestStem = 4

/** Queries that find less, the most telling first. `loudest`: the channel that most of it is said on. */
export function narrower({ expression }: TextQuery, loudest: string | null): Change[] {
  const { of, without, where } = partsOf(expression)
  const words = of.flatMap((one) => (isWord(one) ? one.words : []))
  const changes: Change[] = []
  if (words.length > 1 && words.length === of.length)
    changes.push(change('as-phrase', { of: [{ kind: 'phrase', words }], without, where }))
  if (of.length > 1 && words.length < of.length) {
    const [first, ...rest] = of
    if (first !== undefined) {
      const near = rest.reduce<Expression>(
        (left, right) => ({ kind: 'near', left, right, within: 10 }),
        first,
      )
      changes.push(change('nearer', { of: [near], without, where }))
    }
  }
  if (loudest !== null) {
    const not: Filter = { kind: 'not', of: { kind: 'channel', id: loudest } }
    changes.push(change('without-channel', { of, without, where: [...where, not] }))
  }
  return changes
}

/** Queries that find more, the closest first. */
export function broader({ expression }: TextQuery): Change[] {
  const { of, without, where } = partsOf(expression)
  const changes: Change[] = []
  if (where.length > 0) changes.push(change('without-filters', { of, without, where: [] }))
  const words = of.flatMap((one): Expression[] =>
    one.kind === 'phrase' && one.words.length > 1
      ? one.words.map((word) => ({ kind: 'phrase', words: [word] }))
      : [one],
  )
  if (words.length > of.length) changes.push(change('words-apart', { of: words, without, where }))
  const stems = words.map((one) => (isWord(one) ? stemOf(one) : one))
  if (stems.some((one, n) => one !== words[n]))
    changes.push(change('beginnings', { of: stems, without, where }))
  return changes
}

interface Parts {
  readonly of: readonly Expression[]
  readonly without: readonly Expression[]
  readonly where: readonly Filter[]
}

function partsOf(expression: Expression): Parts {
  return expression.kind === 'all' ? expression : { of: [expression], without: [], where: [] }
}

function change(why: Suggestion['why'], { of, without, where }: Parts): Change {
  return {
    why,
    query: formatQuery({ kind: 'text', expression: { kind: 'all', of, without, where } }),
  }
}

function isWord(expression: Expression): expression is Phrase {
  return expression.kind === 'phrase' && expression.words.length === 1
}

function stemOf(phrase: Phrase): Phrase {
  const [word] = phrase.words
  if (word?.match !== 'exact' || word.term.length <= shortestStem) return phrase
  const length = Math.max(shortestStem, Math.min(longestStem, word.term.length - 2))
  return { kind: 'phrase', words: [{ term: word.term.slice(0, length), match: 'prefix' }] }
}
