import type { PlanNode } from './plan.ts'
import type { Filter } from '../language/query.ts'
import { beginning, both, either, near, SpanSet, without } from './span-set.ts'

/** Tokens that stand in one row, as far as a query asks. */
export interface Occurrences {
  /** Where the words, by the plan's numbers, stand one after another: their first positions, ascending. */
  starts(words: readonly number[]): ArrayLike<number>
  /** Whether the cue that holds the token passes. */
  passes(filter: Filter, position: number): boolean
}

/** Every span of which the expression is true; `minimalSpans` is what finds matches. */
export function evaluate(node: PlanNode, found: Occurrences): SpanSet {
  switch (node.kind) {
    case 'phrase': {
      const spans = new SpanSet()
      const extra = node.words.length - 1
      const starts = found.starts(node.words)
      for (let at = 0; at < starts.length; at++) {
        const first = starts[at] ?? 0
        spans.addSpan(first, first + extra)
      }
      return spans
    }
    case 'or':
      return either(node.of.map((one) => evaluate(one, found)))
    case 'near':
      return near(evaluate(node.left, found), evaluate(node.right, found), node.within)
    case 'all': {
      let spans: SpanSet | undefined
      for (const one of node.of) {
        const next = evaluate(one, found)
        spans = spans === undefined ? next : both(spans, next)
        if (spans.lasts.length === 0) return spans
      }
      spans ??= new SpanSet()
      if (node.where.length > 0)
        spans = beginning(spans, (first) => node.where.every((one) => found.passes(one, first)))
      for (const one of node.without)
        if (spans.lasts.length > 0) spans = without(spans, evaluate(one, found))
      return spans
    }
  }
}

/** Where the words stand one after another, of the positions of each, ascending. */
export function phraseStarts(
  words: readonly number[],
  positions: readonly ArrayLike<number>[],
): ArrayLike<number> {
  let starts = positions[words[0] ?? 0] ?? []
  for (let n = 1; n < words.length && starts.length > 0; n++)
    starts = followed(starts, positions[words[n] ?? 0] ?? [], n)
  return starts
}

/** Those of `starts` that have one of `follows` at a distance. */
function followed(
  starts: ArrayLike<number>,
  follows: ArrayLike<number>,
  distance: number,
): number[] {
  const found: number[] = []
  const end = follows.length
  let next = 0
  for (let at = 0; at < starts.length && next < end; at++) {
    const start = starts[at] ?? 0
    const wanted = start + distance
    while (next < end && (follows[next] ?? 0) < wanted) next++
    if (follows[next] === wanted) found.push(start)
  }
  return found
}
