import { firstCharacter } from '../language/parse-words.ts'
import type { Word } from '../language/query.ts'

/** Terms whose words are remembered; speech has some ten thousand. */
const mostRemembered = 50_000
const none: readonly number[] = []

/** The words of all standing queries, each once, by number; and how often each was heard. */
export class WordBook {
  readonly #words: Word[] = []
  readonly #numbers = new Map<string, number>()
  /** By term, of exact words and of pairs; by character, of pairs. */
  readonly #byTerm = new Map<string, number[]>()
  readonly #prefixes = new Map<string, number>()
  /** Of prefixes, ascending, so that a term is looked up once a length. */
  #lengths: number[] = []
  /** Answers of `find`, until a word is added. */
  readonly #found = new Map<string, readonly number[]>()
  readonly #heard: number[] = []

  get size(): number {
    return this.#words.length
  }

  number(word: Word): number {
    const key = `${word.match} ${word.term}`
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const number = this.#words.length
    this.#numbers.set(key, number)
    this.#words.push(word)
    this.#heard.push(0)
    this.#found.clear()
    if (word.match === 'prefix') {
      this.#prefixes.set(word.term, number)
      if (!this.#lengths.includes(word.term.length))
        this.#lengths = [...this.#lengths, word.term.length].sort((a, b) => a - b)
    } else this.#listen(word.term, number)
    if (word.match === 'pair') this.#listen(firstCharacter(word.term), number)
    return number
  }

  word(number: number): Word {
    const word = this.#words[number]
    if (word === undefined) throw new RangeError(`no word ${number}`)
    return word
  }

  /** Which words a token of that term is. */
  find(term: string): readonly number[] {
    let found = this.#found.get(term)
    if (found === undefined) {
      found = this.#look(term)
      if (this.#found.size >= mostRemembered) this.#found.clear()
      this.#found.set(term, found)
    }
    return found
  }

  hear(number: number): void {
    this.#heard[number] = (this.#heard[number] ?? 0) + 1
  }

  /** Counts less what was heard longer ago. */
  forgetHalf(): void {
    for (let n = 0; n < this.#heard.length; n++) this.#heard[n] = (this.#heard[n] ?? 0) / 2
  }

  /** How often it comes, beside others: as it was heard, and before that as long words are rarer than short ones. */
  frequency(number: number): number {
    const { term, match } = this.word(number)
    return (this.#heard[number] ?? 0) + (match === 'prefix' ? 8 : 1) / (term.length * term.length)
  }

  #look(term: string): readonly number[] {
    const exact = this.#byTerm.get(term) ?? none
    let found: number[] | undefined
    for (const length of this.#lengths) {
      if (length > term.length) break
      const number = this.#prefixes.get(term.slice(0, length))
      if (number !== undefined) (found ??= [...exact]).push(number)
    }
    return found ?? exact
  }

  #listen(term: string, number: number): void {
    const numbers = this.#byTerm.get(term)
    if (numbers === undefined) this.#byTerm.set(term, [number])
    else numbers.push(number)
  }
}
