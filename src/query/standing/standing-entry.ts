import { hasNegation, type Expression } from '../language/query.ts'
import { Plan, type PlanNode } from '../match/plan.ts'
import { clausesOf, costOf, rarest, shareWords, type Clause } from './clauses.ts'
import type { WordBook } from './word-book.ts'

/** One standing query as the index holds it: of 100,000 there may be no more than this of each. */
export class StandingEntry {
  readonly key: string
  expression: Expression
  /** A match may be taken away by what is said after it. */
  readonly isPatient: boolean
  clauses: readonly Clause[] = []
  /** What evaluation walks, and the book's numbers of its words. */
  root: PlanNode = { kind: 'all', of: [], without: [], where: [] }
  words: readonly number[] = []
  /** Those of them that a match may hold. */
  positives: readonly number[] = []
  /** The clause whose words wake it: the rarest. */
  anchor: Clause = { words: [], phrase: null }
  /** Its place in the wake list. */
  number = 0
  /** The last cue it was asked about, so that it is asked once a cue. */
  askedAt = 0

  constructor(key: string, expression: Expression, book: WordBook) {
    this.key = key
    this.expression = expression
    this.isPatient = hasNegation(expression)
    this.learn(book)
  }

  /** Takes its words' numbers from a book. */
  learn(book: WordBook): void {
    this.expression = shareWords(this.expression, book)
    const { root, wordList, phrases } = new Plan(this.expression)
    this.root = root
    this.words = wordList.map((word) => book.number(word))
    const held = new Set(phrases.flatMap(({ words }) => words))
    this.positives = this.isPatient ? this.words.filter((_, n) => held.has(n)) : this.words
    this.clauses = clausesOf(this.expression, book)
    const best = rarest(this.clauses, book)
    if (best === undefined) throw new RangeError(`the query ${this.key} has no word`)
    this.anchor = best
  }

  /** Is woken by other words from now on when they are heard half as often; whether that is so. */
  anchorAnew(book: WordBook): boolean {
    // Of alternatives another clause each may be the rarest now.
    if (this.clauses.some(({ words }) => words.length > 1))
      this.clauses = clausesOf(this.expression, book)
    const best = rarest(this.clauses, book)
    if (best === undefined || 2 * costOf(best, book) > costOf(this.anchor, book)) return false
    this.anchor = best
    return true
  }

  /** Whether a match may be completed by a word that does not wake it: of a phrase, one wakes it in its place alone. */
  get isCompletedLater(): boolean {
    const { words, phrase } = this.anchor
    return phrase !== null || this.positives.some((word) => !words.includes(word))
  }
}
