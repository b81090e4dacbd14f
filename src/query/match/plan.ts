import { firstCharacter } from '../language/parse-words.ts'
import type { Expression, Filter, Word } from '../language/query.ts'

/** An expression with its words numbered: what evaluation walks. */
export type PlanNode =
  | { readonly kind: 'phrase'; readonly words: readonly number[]; readonly isTaken: boolean }
  | { readonly kind: 'or'; readonly of: readonly PlanNode[] }
  | {
      readonly kind: 'near'
      readonly left: PlanNode
      readonly right: PlanNode
      readonly within: number
    }
  | {
      readonly kind: 'all'
      readonly of: readonly PlanNode[]
      readonly without: readonly PlanNode[]
      readonly where: readonly Filter[]
    }

export type PhraseNode = Extract<PlanNode, { kind: 'phrase' }>

const none: readonly number[] = []

/** The words, by number, of which every match holds each. */
export function requiredWords(node: PlanNode): readonly number[] {
  switch (node.kind) {
    case 'phrase':
      return node.words
    case 'or': {
      const [only] = node.of
      return node.of.length === 1 && only !== undefined ? requiredWords(only) : none
    }
    case 'near':
      return [...requiredWords(node.left), ...requiredWords(node.right)]
    case 'all':
      return node.of.flatMap(requiredWords)
  }
}

/** A query made ready: which of its words a token is, and how they belong together. */
export class Plan {
  readonly root: PlanNode
  /** The phrases that are to be found, those taken away left out. */
  readonly phrases: PhraseNode[] = []
  /** By number. */
  readonly wordList: Word[] = []
  readonly #numbers = new Map<string, number>()
  readonly #byTerm = new Map<string, number[]>()
  readonly #prefixes: { readonly term: string; readonly word: number }[] = []

  constructor(expression: Expression) {
    this.root = this.#node(expression, false)
  }

  get words(): number {
    return this.#numbers.size
  }

  /** Which words of the query a token of that term is. */
  find(term: string): readonly number[] {
    const exact = this.#byTerm.get(term) ?? none
    if (this.#prefixes.length === 0) return exact
    let found: number[] | undefined
    for (const { term: beginning, word } of this.#prefixes)
      if (term.startsWith(beginning)) (found ??= [...exact]).push(word)
    return found ?? exact
  }

  #node(expression: Expression, isTaken: boolean): PlanNode {
    switch (expression.kind) {
      case 'phrase': {
        const words = expression.words.map((word) => this.#number(word))
        const node: PhraseNode = { kind: 'phrase', words, isTaken }
        if (!isTaken) this.phrases.push(node)
        return node
      }
      case 'or':
        return { kind: 'or', of: expression.of.map((one) => this.#node(one, isTaken)) }
      case 'near':
        return {
          kind: 'near',
          left: this.#node(expression.left, isTaken),
          right: this.#node(expression.right, isTaken),
          within: expression.within,
        }
      case 'all':
        return {
          kind: 'all',
          of: expression.of.map((one) => this.#node(one, isTaken)),
          without: expression.without.map((one) => this.#node(one, true)),
          where: expression.where,
        }
    }
  }

  #number(word: Word): number {
    const key = `${word.match} ${word.term}`
    let number = this.#numbers.get(key)
    if (number === undefined) {
      number = this.#numbers.size
      this.#numbers.set(key, number)
      this.wordList.push(word)
      if (word.match === 'prefix') this.#prefixes.push({ term: word.term, word: number })
      else this.#listen(word.term, number)
      if (word.match === 'pair') this.#listen(firstCharacter(word.term), number)
    }
    return number
  }

  #listen(term: string, word: number): void {
    const words = this.#byTerm.get(term)
    if (words === undefined) this.#byTerm.set(term, [word])
    else words.push(word)
  }
}
