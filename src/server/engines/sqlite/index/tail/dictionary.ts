/** Terms by number, so that the words of many cues are kept and compared as integers. */
export class Dictionary {
  readonly terms: string[] = []
  readonly #numbers = new Map<string, number>()

  number(term: string): number {
    let number = this.#numbers.get(term)
    if (number === undefined) {
      number = this.terms.length
      this.terms.push(term)
      this.#numbers.set(term, number)
    }
    return number
  }

  /** Undefined for a term that was never said. */
  find(term: string): number | undefined {
    return this.#numbers.get(term)
  }
}
