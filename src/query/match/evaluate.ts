import type { PlanNode } from './plan.ts'
import type { Filter } from '../language/query.ts'
import { beginning, both, either, near, SpanSet, without } from './span-set.ts'

/** Tokens that stand in one row, as far as a query asks: the positions of each of its words. */
export interface Occurrences {
  /** By the plan's number of the word, ascending. */
  readonly positions: readonly (readonly number[])[]
  /** Whether the cue that holds the token passes. */
  passes(filter: Filter, position: number): boolean
}

/** Every span of which the expression is true. */
export function evaluate(node: PlanNode, found: Occurrences): SpanSet {
  switch (node.kind) {
    case 'phrase': {
      const spans = new SpanSet()
      const extra = node.words.length - 1
      for (const first of phraseStarts(node.words, found)) spans.addSpan(first, first + extra)
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

/** Where the words stand one after another. */
export function phraseStarts(words: readonly number[], found: Occurrences): readonly number[] {
  let starts = found.positions[words[0] ?? 0] ?? []
  for (let n = 1; n < words.length && starts.length > 0; n++) {
    const follows = found.positions[words[n] ?? 0] ?? []
    let next = 0
    starts = starts.filter((start) => {
      while ((follows[next] ?? Infinity) < start + n) next++
      return follows[next] === start + n
    })
  }
  return starts
}
