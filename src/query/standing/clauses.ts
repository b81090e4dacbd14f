import type { Expression, Phrase } from '../language/query.ts'
import type { WordBook } from './word-book.ts'

/** Words of which every match holds one at least. */
export interface Clause {
  readonly words: readonly number[]
  /** When it is one word of several that are said one after another: all of these, and its place among them. */
  readonly phrase: { readonly words: readonly number[]; readonly at: number } | null
}

/**
 * What must be there for a query to match, and never too much: every match holds a word of each clause. Negation and
 * filters are no part of it, and of alternatives only the rarest clause of each.
 */
export function clausesOf(expression: Expression, book: WordBook): Clause[] {
  switch (expression.kind) {
    case 'phrase': {
      const words = numbersOf(expression, book)
      return words.map((word, at) => ({
        words: [word],
        phrase: words.length === 1 ? null : { words, at },
      }))
    }
    case 'or': {
      const words = expression.of.flatMap((one) => rarest(clausesOf(one, book), book)?.words ?? [])
      return [{ words: [...new Set(words)], phrase: null }]
    }
    case 'near':
      return [...clausesOf(expression.left, book), ...clausesOf(expression.right, book)]
    case 'all':
      return expression.of.flatMap((one) => clausesOf(one, book))
  }
}

/** How often its words wake a query, beside others. */
export function costOf({ words }: Clause, book: WordBook): number {
  let sum = 0
  for (const word of words) sum += book.frequency(word)
  return sum
}

export function rarest(clauses: readonly Clause[], book: WordBook): Clause | undefined {
  let best: Clause | undefined
  let least = Infinity
  for (const clause of clauses) {
    const cost = costOf(clause, book)
    if (cost >= least) continue
    least = cost
    best = clause
  }
  return best
}

/** The same expression, with the words that the book holds: of 100,000 queries most words are the same. */
export function shareWords(expression: Expression, book: WordBook): Expression {
  switch (expression.kind) {
    case 'phrase':
      return { kind: 'phrase', words: numbersOf(expression, book).map((word) => book.word(word)) }
    case 'or':
      return { kind: 'or', of: expression.of.map((one) => shareWords(one, book)) }
    case 'near': {
      const { left, right, within } = expression
      const [a, b] = [shareWords(left, book), shareWords(right, book)]
      return { kind: 'near', left: a, right: b, within }
    }
    case 'all': {
      const { of, without, where } = expression
      return { kind: 'all', of: of.map((one) => shareWords(one, book)), without, where }
    }
  }
}

function numbersOf({ words }: Phrase, book: WordBook): number[] {
  return words.map((word) => book.number(word))
}
