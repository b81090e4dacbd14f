import { firstCharacter } from '../../../../query/language/parse-words.ts'
import type { Word } from '../../../../query/language/query.ts'
import type { Plan, PlanNode } from '../../../../query/match/plan.ts'
import { behind, behindTerm, lexeme } from './vector.ts'

/** A hyphen alone stands for what no vector holds. */
const never = "'-'"

/**
 * What is true, as a tsquery, of the `words` of every passage in which a match can begin: all that must be said is there,
 * phrases in one row, and something of it in the passage itself. More passages than have a match may pass. No weights are
 * asked for: for them PostgreSQL would have to read every row.
 */
export function candidateWords(plan: Plan): string {
  const { root, wordList } = plan
  const phraseOf = (words: readonly number[], isFirstOwn: boolean): string =>
    words.map((word, n) => operand(wordList[word], isFirstOwn && n === 0)).join(' <-> ')
  const textOf = (node: PlanNode): string => {
    switch (node.kind) {
      case 'phrase':
        return `(${phraseOf(node.words, false)})`
      case 'or':
        return `(${node.of.map(textOf).join(' | ')})`
      case 'near':
        return `(${textOf(node.left)} & ${textOf(node.right)})`
      case 'all':
        return `(${node.of.map(textOf).join(' & ')})`
    }
  }
  if (root.kind === 'phrase') return phraseOf(root.words, true)
  const found = new Set(plan.phrases.flatMap(({ words }) => words))
  const own = [...found].map((word) => operand(wordList[word], true))
  return `${textOf(root)} & (${own.join(' | ')})`
}

/** As vectors have them, unquoted. */
export interface Lexemes {
  readonly words: readonly string[]
  /** What lexemes begin with. */
  readonly beginnings: readonly string[]
}

/** Of all words of a plan. */
export function lexemesOf({ wordList }: Plan): Lexemes {
  const terms = wordList.flatMap(({ term, match }) =>
    match === 'exact' || match === 'prefix' ? term : [term, firstCharacter(term)],
  )
  const prefixes = wordList.flatMap(({ term, match }) => (match === 'prefix' ? term : []))
  const withBehind = (all: readonly string[]): string[] =>
    [...new Set(all)].flatMap((term) => [term, behindTerm(term)])
  return { words: withBehind(terms), beginnings: withBehind(prefixes) }
}

/** `own`: said in the passage itself, and not only behind it. */
function operand(word: Word | undefined, own: boolean): string {
  if (word === undefined) return never
  const { term, match } = word
  const one = (text: string, mark: string): string => {
    const quoted = lexeme(text)
    if (quoted === null) return never
    return own ? `${quoted}${mark}` : `(${quoted}${mark} | ${behind(quoted)}${mark})`
  }
  if (match === 'prefix') return one(term, ':*')
  if (match === 'exact') return one(term, '')
  return `(${one(term, '')} | ${one(firstCharacter(term), '')})`
}
