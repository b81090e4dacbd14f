import { firstCharacter } from '../language/parse-words.ts'
import type { Word } from '../language/query.ts'

/** Whether a token of that term is the word; the same as `Plan.find` says of many words. */
export function isWord(term: string, { term: wanted, match }: Word): boolean {
  switch (match) {
    case 'exact':
      return term === wanted
    case 'prefix':
      return term.startsWith(wanted)
    case 'pair':
      return term === wanted || term === firstCharacter(wanted)
  }
}
