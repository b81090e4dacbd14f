import type { Vocabulary } from './vocabulary.ts'

/** What is asked, in a form that every engine's query is made of. */
export interface Question {
  readonly name: string
  readonly kind: 'word' | 'phrase' | 'and' | 'or' | 'near' | 'not' | 'prefix'
  readonly words: readonly string[]
}

/** Of `near`. */
export const nearWithin = 10

/** From rare to the most common, by their place among the frequent ones; `shift` makes others of the same kinds. */
export function questions({ words, phrases }: Vocabulary, shift = 0): Question[] {
  const word = (rank: number): string => words[rank + Math.round((shift * rank) / 2000)] ?? ''
  const phrase = (rank: number, length: number): readonly string[] =>
    phrases
      .slice(rank + shift)
      .map((one) => one.split(' '))
      .find((one) => one.length === length && new Set(one).size === length) ?? []
  return [
    { name: 'word, rare', kind: 'word', words: [word(80_000)] },
    { name: 'word, seldom', kind: 'word', words: [word(12_000)] },
    { name: 'word, medium', kind: 'word', words: [word(1500)] },
    { name: 'word, common', kind: 'word', words: [word(120)] },
    { name: 'word, most common', kind: 'word', words: [word(0)] },
    { name: 'phrase of 2, rare', kind: 'phrase', words: phrase(12_000, 2) },
    { name: 'phrase of 2, common', kind: 'phrase', words: phrase(10, 2) },
    { name: 'phrase of 3', kind: 'phrase', words: phrase(400, 3) },
    { name: 'phrase of 4', kind: 'phrase', words: phrase(40, 4) },
    { name: 'phrase of common words', kind: 'phrase', words: ['of', 'the'] },
    { name: 'and, medium', kind: 'and', words: [word(1500), word(900)] },
    { name: 'and, common', kind: 'and', words: [word(120), word(60)] },
    { name: 'or, medium', kind: 'or', words: [word(1500), word(900), word(2500)] },
    { name: 'or, common', kind: 'or', words: [word(120), word(90)] },
    { name: 'near, medium', kind: 'near', words: [word(400), word(200)] },
    { name: 'near, common', kind: 'near', words: [word(120), word(60)] },
    { name: 'not', kind: 'not', words: [word(400), word(60)] },
    { name: 'prefix', kind: 'prefix', words: [word(1500).slice(0, 4)] },
  ]
}

/** In our query language. */
export function queryOf({ kind, words }: Question): string {
  const [first = '', second = ''] = words
  switch (kind) {
    case 'word':
    case 'and':
      return words.join(' ')
    case 'phrase':
      return `"${words.join(' ')}"`
    case 'or':
      return words.join(' OR ')
    case 'near':
      return `${first} NEAR/${nearWithin} ${second}`
    case 'not':
      return `${first} -${second}`
    case 'prefix':
      return `${first}*`
  }
}
