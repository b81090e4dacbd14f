import { firstCharacter } from '../../../../query/language/parse-words.ts'
import type { Word } from '../../../../query/language/query.ts'
import type { Plan, PlanNode } from '../../../../query/match/plan.ts'
import { lexeme } from './vector.ts'

/** No term of ours has a hyphen: it stands for what no vector holds. */
const never = "'-'"

/**
 * What is true, as a tsquery, of the `words` of every passage in which a match can begin: all that must be said is there,
 * phrases in one row, and something of it in the minute itself. More passages than have a match may pass.
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

/** `own`: said in the minute itself. */
function operand(word: Word | undefined, own: boolean): string {
  if (word === undefined) return never
  const { term, match } = word
  const one = (text: string, mark: string): string => {
    const quoted = lexeme(text)
    if (quoted === null) return never
    const marks = `${mark}${own ? 'A' : ''}`
    return marks === '' ? quoted : `${quoted}:${marks}`
  }
  if (match === 'prefix') return one(term, '*')
  if (match === 'exact') return one(term, '')
  return `(${one(term, '')} | ${one(firstCharacter(term), '')})`
}
