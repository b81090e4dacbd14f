import type { Cue, Gap } from '../../src/protocol/api.ts'
import type { Expression, Filter, Word } from '../../src/query/language/query.ts'
import { tokenize } from '../../src/query/text/tokenize.ts'

/**
 * The query language as docs/query.md defines it, written for nothing but plainness: every span is
 * tried. It shares the tokenizer and the parsed form with the evaluator, and nothing else.
 */

const window = 60

interface Token {
  readonly term: string
  readonly cue: Cue
}

export type NaiveSpan = readonly [first: number, last: number]

export interface NaiveFacts {
  readonly channel: string
  readonly network: string
  readonly show: string
}

export interface NaiveMatch {
  readonly first: Cue
  readonly cues: readonly Cue[]
  readonly span: NaiveSpan
}

/** The streams of tokens: by run and track, cut at gaps. */
export function naiveStreams(cues: readonly Cue[], gaps: readonly Gap[]): Token[][] {
  const streams = new Map<string, Token[]>()
  const cuts = new Map<string, number>()
  for (const cue of cues) {
    const track = `${cue.run}/${cue.track}`
    const cut = gaps.filter(({ from, to }) => from !== to && from <= cue.start).length
    const key = `${track}/${cut}`
    cuts.set(track, cut)
    const tokens = tokenize(cue.text).terms.map((term) => ({ term, cue }))
    streams.set(key, [...(streams.get(key) ?? []), ...tokens])
  }
  return [...streams.values()]
}

/** The matches: spans of which the query is true, and which hold no other such span. */
export function naiveMatches(
  expression: Expression,
  tokens: readonly Token[],
  facts: NaiveFacts,
): NaiveMatch[] {
  const spans = dedupe(spansOf(expression, tokens, facts))
  const shortest = spans.filter(
    ([first, last]) =>
      !spans.some(([a, b]) => first <= a && b <= last && (first !== a || last !== b)),
  )
  return shortest.map((span) => {
    const [first, last] = span
    const marked = positive(expression).flatMap((phrase) =>
      spansOf(phrase, tokens, facts).filter(([a, b]) => first <= a && b <= last),
    )
    const cues = new Set<Cue>()
    for (let at = first; at <= last; at++)
      if (marked.some(([a, b]) => a <= at && at <= b)) cues.add(cueOf(tokens, at))
    return { first: cueOf(tokens, first), cues: [...cues], span }
  })
}

function cueOf(tokens: readonly Token[], at: number): Cue {
  const token = tokens[at]
  if (token === undefined) throw new RangeError(`no token ${at}`)
  return token.cue
}

function spansOf(
  expression: Expression,
  tokens: readonly Token[],
  facts: NaiveFacts,
): readonly NaiveSpan[] {
  switch (expression.kind) {
    case 'phrase': {
      const { words } = expression
      return tokens.flatMap((_, at): NaiveSpan[] =>
        words.every((word, n) => isWord(tokens[at + n]?.term, word))
          ? [[at, at + words.length - 1]]
          : [],
      )
    }
    case 'or':
      return dedupe(expression.of.flatMap((one) => spansOf(one, tokens, facts)))
    case 'near':
      return hulls(
        spansOf(expression.left, tokens, facts),
        spansOf(expression.right, tokens, facts),
      )
        .filter(([a, b]) => Math.max(a[0] - b[1], b[0] - a[1]) <= expression.within)
        .map(([, , hull]) => hull)
    case 'all': {
      let spans: readonly NaiveSpan[] | undefined
      for (const one of expression.of) {
        const next = spansOf(one, tokens, facts)
        spans = spans === undefined ? next : dedupe(hulls(spans, next).map(([, , hull]) => hull))
      }
      const taken = expression.without.flatMap((one) => spansOf(one, tokens, facts))
      return (spans ?? []).filter(
        ([first, last]) =>
          expression.where.every((filter) => naivePasses(filter, cueOf(tokens, first), facts)) &&
          !taken.some(([a, b]) => a >= first - window && b <= last + window),
      )
    }
  }
}

function hulls(
  left: readonly NaiveSpan[],
  right: readonly NaiveSpan[],
): (readonly [NaiveSpan, NaiveSpan, hull: NaiveSpan])[] {
  return left.flatMap((a) =>
    right.flatMap((b): (readonly [NaiveSpan, NaiveSpan, NaiveSpan])[] => {
      const hull: NaiveSpan = [Math.min(a[0], b[0]), Math.max(a[1], b[1])]
      return hull[1] - hull[0] < window ? [[a, b, hull]] : []
    }),
  )
}

function isWord(term: string | undefined, { term: wanted, match }: Word): boolean {
  if (term === undefined) return false
  if (match === 'prefix') return term.startsWith(wanted)
  return term === wanted || (match === 'pair' && term === wanted.slice(0, 1))
}

function positive(expression: Expression): Expression[] {
  switch (expression.kind) {
    case 'phrase':
      return [expression]
    case 'near':
      return [...positive(expression.left), ...positive(expression.right)]
    case 'or':
    case 'all':
      return expression.of.flatMap(positive)
  }
}

/** Only what the generated queries and cues hold: UTC, titles and names of plain words. */
export function naivePasses(filter: Filter, cue: Cue, facts: NaiveFacts): boolean {
  const time = new Date(cue.start)
  switch (filter.kind) {
    case 'channel':
      return facts.channel === filter.id
    case 'network':
      return facts.network === filter.name
    case 'show':
      return ` ${facts.show} `.includes(` ${filter.title.words.map(({ term }) => term).join(' ')} `)
    case 'lang':
      return cue.language === filter.language
    case 'track':
      return cue.track.toLowerCase() === filter.track
    case 'from':
      return cue.start >= filter.at
    case 'to':
      return cue.start < filter.at
    case 'hour':
      return time.getUTCHours() >= filter.first && time.getUTCHours() <= filter.last
    case 'day': {
      const day = (time.getUTCDay() + 6) % 7
      return day >= filter.first && day <= filter.last
    }
    case 'not':
      return !naivePasses(filter.of, cue, facts)
    case 'any':
      return filter.of.some((one) => naivePasses(one, cue, facts))
    case 'every':
      return filter.of.every((one) => naivePasses(one, cue, facts))
  }
}

function dedupe(spans: readonly NaiveSpan[]): NaiveSpan[] {
  return [...new Map(spans.map((span) => [span.join(), span])).values()]
}
