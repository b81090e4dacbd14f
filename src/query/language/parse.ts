import { lex, type Lexeme } from './lexer.ts'
import { parseFilter } from './parse-filter.ts'
import { parseWords } from './parse-words.ts'
import { QueryError } from './query-error.ts'
import {
  hasNegation,
  maxDepth,
  maxNear,
  maxQueryLength,
  maxTerms,
  type Expression,
  type Filter,
  type ParsedQuery,
  type Phrase,
} from './query.ts'

/** Reads a query (docs/query.md); what is wrong with it is said at the character. Never throws. */
export function parseQuery(text: string): ParsedQuery {
  try {
    if (text.length > maxQueryLength)
      throw new QueryError(
        maxQueryLength,
        `A query has at most ${maxQueryLength} characters; this one has ${text.length}.`,
      )
    const part = new Parser(text).parse()
    return {
      ok: true,
      query:
        part.kind === 'text'
          ? { kind: 'text', expression: part.of }
          : { kind: 'filters', filter: part.of },
    }
  } catch (error) {
    if (error instanceof QueryError) return { ok: false, at: error.at, message: error.message }
    throw error
  }
}

/** What a piece of a query is about: what was said, or the cue it was said in. */
type Part =
  | { readonly kind: 'text'; readonly of: Expression }
  | { readonly kind: 'filter'; readonly of: Filter }

class Parser {
  readonly #lexemes: readonly Lexeme[]
  #next = 0
  #terms = 0
  #depth = 0

  constructor(text: string) {
    this.#lexemes = [...lex(text)]
  }

  parse(): Part {
    if (this.#lexemes.length === 0) throw new QueryError(0, 'The query is empty.')
    const part = this.#either()
    const rest = this.#peek()
    if (rest !== undefined) throw new QueryError(rest.at, 'This parenthesis was never opened.')
    return part
  }

  #either(): Part {
    let whole = this.#all()
    for (let or = this.#peek(); or?.kind === 'or'; or = this.#peek()) {
      this.#next++
      whole = join(whole, this.#all(), or.at)
    }
    return whole
  }

  /** Everything up to the next OR or parenthesis: it binds closer than OR does. */
  #all(): Part {
    const of: Expression[] = []
    const without: Expression[] = []
    const where: Filter[] = []
    let firstMinus: number | undefined
    const begin = this.#peek()
    for (;;) {
      const lexeme = this.#peek()
      if (lexeme === undefined || lexeme.kind === 'close' || lexeme.kind === 'or') break
      if (lexeme.kind === 'minus') this.#next++
      const part = this.#chain(lexeme.kind === 'minus')
      if (lexeme.kind !== 'minus') {
        if (part.kind === 'filter') where.push(part.of)
        else of.push(...unnested(part.of))
      } else if (part.kind === 'filter') {
        where.push(opposite(part.of))
      } else {
        if (hasNegation(part.of))
          throw new QueryError(lexeme.at, 'A minus cannot take away what has a minus within.')
        firstMinus ??= lexeme.at
        without.push(part.of)
      }
    }
    if (of.length > 0) return { kind: 'text', of: all(of, without, where) }
    if (firstMinus !== undefined)
      throw new QueryError(
        firstMinus,
        'A minus only takes matches away: say at least one word that is to be found.',
      )
    if (where.length > 0) return { kind: 'filter', of: every(where) }
    throw this.#nothing(begin)
  }

  #nothing(found: Lexeme | undefined): QueryError {
    const before = this.#lexemes[this.#next - 1]
    if (found?.kind === 'close' && before?.kind === 'open')
      return new QueryError(before.at, 'There is nothing between these parentheses.')
    const or = before?.kind === 'or' ? before : found?.kind === 'or' ? found : undefined
    if (or !== undefined)
      return new QueryError(
        or.at,
        'OR needs something on both sides; to find the word itself, write "or".',
      )
    if (found?.kind === 'close')
      return new QueryError(found.at, 'This parenthesis was never opened.')
    return new QueryError(before?.at ?? 0, 'This parenthesis is never closed.')
  }

  /** One thing, or several held together by NEAR. */
  #chain(isNegated: boolean): Part {
    let left = this.#one()
    for (let near = this.#peek(); near?.kind === 'near'; near = this.#peek()) {
      if (isNegated)
        throw new QueryError(near.at, 'To take away words near each other, write -(a NEAR/10 b).')
      this.#next++
      const within = parseWithin(near.within, near.at)
      if (this.#peek()?.kind === 'minus')
        throw new QueryError(
          this.#peek()?.at ?? near.at,
          'NEAR joins two things that are both said.',
        )
      const right = this.#one()
      if (left.kind === 'filter' || right.kind === 'filter')
        throw new QueryError(near.at, 'NEAR stands between words; a filter stands beside them.')
      left = { kind: 'text', of: { kind: 'near', left: left.of, right: right.of, within } }
    }
    return left
  }

  #one(): Part {
    const lexeme = this.#peek()
    switch (lexeme?.kind) {
      case undefined:
      case 'close':
      case 'or':
        throw this.#incomplete()
      case 'near':
        throw new QueryError(lexeme.at, 'NEAR needs a word on both sides, as in a NEAR/10 b.')
      case 'minus':
        throw new QueryError(lexeme.at, 'One minus is enough.')
      case 'open':
        return this.#group(lexeme.at)
      case 'filter':
        this.#next++
        this.#count(1, lexeme.at)
        return { kind: 'filter', of: parseFilter(lexeme.name, lexeme.value, lexeme.valueAt) }
      case 'word':
      case 'quoted': {
        this.#next++
        const at = lexeme.kind === 'quoted' ? lexeme.at + 1 : lexeme.at
        return { kind: 'text', of: this.#words(lexeme.text, at) }
      }
    }
  }

  #incomplete(): QueryError {
    const before = this.#lexemes[this.#next - 1]
    return new QueryError(
      before?.at ?? 0,
      before?.kind === 'minus'
        ? 'A minus stands directly before what it takes away, as in -word.'
        : 'NEAR needs a word on both sides, as in a NEAR/10 b.',
    )
  }

  #words(text: string, at: number): Phrase {
    const phrase = parseWords(text, at)
    this.#count(phrase.words.length, at)
    return phrase
  }

  #group(at: number): Part {
    if (++this.#depth > maxDepth)
      throw new QueryError(at, `Parentheses go at most ${maxDepth} deep.`)
    this.#next++
    const part = this.#either()
    if (this.#peek()?.kind !== 'close')
      throw new QueryError(at, 'This parenthesis is never closed.')
    this.#next++
    this.#depth--
    return part
  }

  #count(terms: number, at: number): void {
    this.#terms += terms
    if (this.#terms > maxTerms)
      throw new QueryError(at, `A query has at most ${maxTerms} words and filters.`)
  }

  #peek(): Lexeme | undefined {
    return this.#lexemes[this.#next]
  }
}

function parseWithin(said: string, at: number): number {
  const within = /^\d{1,3}$/.test(said) ? Number(said) : 0
  if (within < 1 || within > maxNear)
    throw new QueryError(
      at,
      `NEAR/ takes a number of words from 1 to ${maxNear}, as in a NEAR/10 b.`,
    )
  return within
}

function join(left: Part, right: Part, at: number): Part {
  if (left.kind === 'text' && right.kind === 'text')
    return {
      kind: 'text',
      of: { kind: 'or', of: [...alternatives(left.of), ...alternatives(right.of)] },
    }
  if (left.kind === 'filter' && right.kind === 'filter')
    return { kind: 'filter', of: { kind: 'any', of: [...anyOf(left.of), ...anyOf(right.of)] } }
  throw new QueryError(
    at,
    'OR stands between words or between filters; write (a lang:es) OR (b lang:en), say.',
  )
}

function alternatives(expression: Expression): readonly Expression[] {
  return expression.kind === 'or' ? expression.of : [expression]
}

function anyOf(filter: Filter): readonly Filter[] {
  return filter.kind === 'any' ? filter.of : [filter]
}

/** Parentheses around words that are all wanted say nothing more. */
function unnested(expression: Expression): readonly Expression[] {
  const isPlain =
    expression.kind === 'all' && expression.without.length === 0 && expression.where.length === 0
  return isPlain ? expression.of : [expression]
}

function all(
  of: readonly Expression[],
  without: readonly Expression[],
  where: readonly Filter[],
): Expression {
  const only = of.length === 1 && without.length === 0 && where.length === 0 ? of[0] : undefined
  return only ?? { kind: 'all', of, without, where: where.flatMap(everyOf) }
}

function every(filters: readonly Filter[]): Filter {
  const of = filters.flatMap(everyOf)
  return of.length === 1 && of[0] !== undefined ? of[0] : { kind: 'every', of }
}

function opposite(filter: Filter): Filter {
  return filter.kind === 'not' ? filter.of : { kind: 'not', of: filter }
}

function everyOf(filter: Filter): readonly Filter[] {
  return filter.kind === 'every' ? filter.of : [filter]
}
