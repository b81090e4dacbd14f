/** What a query says, parsed: the one form that evaluator, formatter and restatement work on. */

/** All words of a match lie within this many tokens; a negation reaches as far on either side. */
export const windowTokens = 60

/** Longest query, in UTF-16 units. */
export const maxQueryLength = 1000
/** Most words and filters together; a phrase of them fits the window. */
export const maxTerms = 60
/** Deepest nesting of parentheses. */
export const maxDepth = 20
/** `NEAR/60` could never hold: both words would have to lie within 60. */
export const maxNear = windowTokens - 1

/**
 * One token to find. `pair` is a character of a script without spaces and its next one: it finds the
 * pair's term, and the character alone where a run ends between the two (a row break, say).
 */
export interface Word {
  readonly term: string
  readonly match: 'exact' | 'prefix' | 'pair'
}

/** Words one after another; a single word is a phrase of one. */
export interface Phrase {
  readonly kind: 'phrase'
  readonly words: readonly Word[]
}

export interface Or {
  readonly kind: 'or'
  readonly of: readonly Expression[]
}

/** Both, with at most `within` words from the end of one to the beginning of the other. */
export interface Near {
  readonly kind: 'near'
  readonly left: Expression
  readonly right: Expression
  readonly within: number
}

/** All of `of` within the window, nothing of `without` near it, and its first token's cue as `where` says. */
export interface All {
  readonly kind: 'all'
  readonly of: readonly Expression[]
  readonly without: readonly Expression[]
  readonly where: readonly Filter[]
}

export type Expression = Phrase | Or | Near | All

export type Day = 0 | 1 | 2 | 3 | 4 | 5 | 6

/** What is asked of a cue; see filter-test.ts for what each means. */
export type Filter =
  | { readonly kind: 'channel'; readonly id: string }
  | { readonly kind: 'network'; readonly name: string }
  | { readonly kind: 'show'; readonly title: Phrase }
  | { readonly kind: 'lang'; readonly language: string }
  | { readonly kind: 'track'; readonly track: string }
  /** `at` is RFC 3339 UTC with milliseconds, `said` what the query said. */
  | { readonly kind: 'from' | 'to'; readonly at: string; readonly said: string }
  /** Both ends included; the first may be the greater: 22-4. */
  | { readonly kind: 'hour'; readonly first: number; readonly last: number }
  /** 0 is Monday. */
  | { readonly kind: 'day'; readonly first: Day; readonly last: Day }
  | { readonly kind: 'not'; readonly of: Filter }
  | { readonly kind: 'any' | 'every'; readonly of: readonly Filter[] }

export type Query =
  | { readonly kind: 'text'; readonly expression: Expression }
  /** Finds every cue that passes. */
  | { readonly kind: 'filters'; readonly filter: Filter }

export type ParsedQuery =
  | { readonly ok: true; readonly query: Query }
  /** `at` is the UTF-16 unit of the query that the message is about. */
  | { readonly ok: false; readonly at: number; readonly message: string }

/** Whether anything in it is taken away by what is said near it. */
export function hasNegation(expression: Expression): boolean {
  switch (expression.kind) {
    case 'phrase':
      return false
    case 'or':
      return expression.of.some(hasNegation)
    case 'near':
      return hasNegation(expression.left) || hasNegation(expression.right)
    case 'all':
      return expression.without.length > 0 || expression.of.some(hasNegation)
  }
}
