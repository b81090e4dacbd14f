import { QueryError } from './query-error.ts'

/** The pieces of a query's text, each with its first UTF-16 unit. */
export type Lexeme =
  | { readonly kind: 'open' | 'close' | 'or' | 'minus'; readonly at: number }
  | { readonly kind: 'near'; readonly at: number; readonly within: string }
  | { readonly kind: 'word' | 'quoted'; readonly at: number; readonly text: string }
  | {
      readonly kind: 'filter'
      readonly at: number
      readonly name: FilterName
      readonly value: string
      readonly valueAt: number
    }

export const filterNames = [
  ...(['channel', 'network', 'show', 'lang', 'track'] as const),
  ...(['from', 'to', 'hour', 'day'] as const),
] as const
export type FilterName = (typeof filterNames)[number]

/** Which marks end what a mark began; telephones type curved ones by themselves. */
const closing: Readonly<Record<string, string>> = {
  '"': '"“”„',
  '“': '"“”',
  '”': '"“”',
  '„': '"“”',
  '«': '»',
}
const space = /\s/
const wordEnd = /[\s()"“”„«»]/

export function* lex(text: string): Generator<Lexeme> {
  let at = 0
  while (at < text.length) {
    const character = text.charAt(at)
    if (space.test(character)) {
      at++
    } else if (character === '(' || character === ')') {
      yield { kind: character === '(' ? 'open' : 'close', at: at++ }
    } else if (character === '-') {
      const next = text.charAt(at + 1)
      if (next === '' || next === ')' || space.test(next))
        throw new QueryError(at, 'A minus stands directly before what it takes away, as in -word.')
      yield { kind: 'minus', at: at++ }
    } else if (closing[character] !== undefined) {
      const end = endOfQuote(text, at)
      yield { kind: 'quoted', at, text: text.slice(at + 1, end) }
      at = end + 1
    } else {
      const lexeme = lexWord(text, at)
      yield lexeme.lexeme
      at = lexeme.end
    }
  }
}

function endOfQuote(text: string, at: number): number {
  const ends = closing[text.charAt(at)] ?? ''
  let end = at + 1
  while (end < text.length && !ends.includes(text.charAt(end))) end++
  if (end >= text.length) throw new QueryError(at, 'This quotation mark is never closed.')
  return end
}

function lexWord(text: string, at: number): { lexeme: Lexeme; end: number } {
  let end = at + 1
  while (end < text.length && !wordEnd.test(text.charAt(end))) end++
  const word = text.slice(at, end)
  if (word === 'OR') return { lexeme: { kind: 'or', at }, end }
  if (word.startsWith('NEAR/')) return { lexeme: { kind: 'near', at, within: word.slice(5) }, end }
  const name = /^(\p{L}+):/u.exec(word)?.[1]
  if (name === undefined) return { lexeme: { kind: 'word', at, text: word }, end }
  return lexFilter(text, at, name, end)
}

function lexFilter(
  text: string,
  at: number,
  said: string,
  wordEndAt: number,
): { lexeme: Lexeme; end: number } {
  const valueAt = at + said.length + 1
  const isQuoted = valueAt === wordEndAt && closing[text.charAt(valueAt)] !== undefined
  const name = filterNames.find((one) => one === said.toLowerCase())
  if (name === undefined) {
    // "Remember:" at the end of a word is only a colon.
    if (valueAt === wordEndAt && !isQuoted)
      return { lexeme: { kind: 'word', at, text: said }, end: wordEndAt }
    throw new QueryError(
      at,
      `There is no filter ${said}: (there are ${filterNames.map((one) => `${one}:`).join(', ')}); to find these words, put them in quotation marks.`,
    )
  }
  if (isQuoted) {
    const end = endOfQuote(text, valueAt)
    const value = text.slice(valueAt + 1, end)
    return { lexeme: { kind: 'filter', at, name, value, valueAt: valueAt + 1 }, end: end + 1 }
  }
  const value = text.slice(valueAt, wordEndAt)
  return { lexeme: { kind: 'filter', at, name, value, valueAt }, end: wordEndAt }
}
