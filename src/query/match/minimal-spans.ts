import { windowTokens } from '../language/query.ts'
import { evaluate, type Occurrences } from './evaluate.ts'
import type { PlanNode } from './plan.ts'
import { innermost } from './span-set.ts'

/**
 * The matches of a query: the spans of which it is true and that contain no other. Most queries are answered from the
 * shortest spans of their parts alone, in one walk along them: a longer one adds nothing to a conjunction, and has more
 * near it that could take it away. Where longer ones count, under NEAR and filters, every span is looked at (`evaluate`).
 */
export function minimalSpans(node: PlanNode, found: Occurrences): Spans {
  const spans = shortest(node, found)
  if (spans !== undefined) return spans
  const every = innermost(evaluate(node, found))
  return { firsts: every.map(([first]) => first), lasts: every.map(([, last]) => last) }
}

/** Spans none of which contains another: first and last tokens, both ascending. */
export interface Spans {
  readonly firsts: ArrayLike<number>
  readonly lasts: ArrayLike<number>
}

type AllNode = Extract<PlanNode, { kind: 'all' }>

/** Every span of a phrase, or of several as long as each other. */
interface Phrases {
  readonly starts: ArrayLike<number>
  /** How far the last token is from the first. */
  readonly extra: number
}

function shortest(node: PlanNode, found: Occurrences): Spans | undefined {
  const phrases = phrasesOf(node, found)
  if (phrases !== undefined) return spansOf(phrases)
  switch (node.kind) {
    case 'phrase':
      return undefined
    case 'or': {
      const sets = shortestOfAll(node.of, found)
      return sets === undefined ? undefined : either(sets)
    }
    case 'near': {
      const left = phrasesOf(node.left, found)
      const right = phrasesOf(node.right, found)
      if (left === undefined || right === undefined) return undefined
      return both([spansOf(left), spansOf(right)], node.within)
    }
    case 'all': {
      let spans = node.where.length === 0 ? all(node.of, found) : passing(node, found)
      for (const one of node.without) {
        const taken = shortest(one, found)
        if (spans === undefined || taken === undefined) return undefined
        spans = without(spans, taken)
      }
      return spans
    }
  }
}

function all(nodes: readonly PlanNode[], found: Occurrences): Spans | undefined {
  const sets = shortestOfAll(nodes, found)
  return sets === undefined ? undefined : both(sets, Infinity)
}

/** Filters look at the first token: of phrases every span is known, of other parts a longer one may pass. */
function passing(node: AllNode, found: Occurrences): Spans | undefined {
  const phrases = phrasesOf({ ...node, without: [] }, found)
  return phrases === undefined ? undefined : spansOf(phrases)
}

function shortestOfAll(nodes: readonly PlanNode[], found: Occurrences): Spans[] | undefined {
  const sets: Spans[] = []
  for (const node of nodes) {
    const spans = shortest(node, found)
    if (spans === undefined) return undefined
    sets.push(spans)
  }
  return sets
}

/** Undefined for what is not of one length. */
function phrasesOf(node: PlanNode, found: Occurrences): Phrases | undefined {
  switch (node.kind) {
    case 'phrase':
      return { starts: found.starts(node.words), extra: node.words.length - 1 }
    case 'or': {
      if (!isOfOneLength(node)) return undefined
      const parts = node.of.flatMap((one) => phrasesOf(one, found) ?? [])
      const { extra = 0 } = parts[0] ?? {}
      return { starts: parts.map(({ starts }) => starts).reduce(merge), extra }
    }
    case 'near':
      return undefined
    case 'all': {
      const [only] = node.of
      if (only === undefined || node.of.length > 1 || node.without.length > 0) return undefined
      const phrases = phrasesOf(only, found)
      if (phrases === undefined || node.where.length === 0) return phrases
      const passing = Array.from(phrases.starts).filter((first) =>
        node.where.every((filter) => found.passes(filter, first)),
      )
      return { starts: passing, extra: phrases.extra }
    }
  }
}

function isOfOneLength(node: PlanNode): boolean {
  const length = lengthOf(node)
  return length !== undefined && length > 0
}

/** Of phrases in tokens; undefined where it is not one, or something else has a say. */
function lengthOf(node: PlanNode): number | undefined {
  if (node.kind === 'phrase') return node.words.length
  if (node.kind === 'all') {
    const [only] = node.of
    return node.of.length === 1 && node.without.length === 0 && only !== undefined
      ? lengthOf(only)
      : undefined
  }
  if (node.kind !== 'or') return undefined
  const [first, ...rest] = node.of.map(lengthOf)
  return rest.every((length) => length === first) ? first : undefined
}

function spansOf({ starts, extra }: Phrases): Spans {
  return { firsts: starts, lasts: extra === 0 ? starts : Array.from(starts, (at) => at + extra) }
}

/** The ascending numbers of both, each once. */
function merge(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  const merged: number[] = []
  let atA = 0
  let atB = 0
  while (atA < a.length || atB < b.length) {
    const nextA = a[atA] ?? Infinity
    const nextB = b[atB] ?? Infinity
    merged.push(Math.min(nextA, nextB))
    if (nextA <= nextB) atA++
    if (nextB <= nextA) atB++
  }
  return merged
}

/** Those of any. */
function either(sets: readonly Spans[]): Spans {
  const firsts: number[] = []
  const lasts: number[] = []
  let newestFirst = -Infinity
  eachLast(sets, (last, places) => {
    let first = -Infinity
    for (let n = 0; n < sets.length; n++) {
      const at = places[n] ?? none
      if (at !== none && sets[n]?.lasts[at] === last)
        first = Math.max(first, sets[n]?.firsts[at] ?? first)
    }
    if (first <= newestFirst) return
    newestFirst = first
    firsts.push(first)
    lasts.push(last)
  })
  return { firsts, lasts }
}

/** The spans that hold one of each, within the window, and of two at most `within` positions from one to the other. */
function both(sets: readonly Spans[], within: number): Spans {
  const [only, other] = sets
  if (sets.length === 1 && only !== undefined) return only
  if (sets.length === 2 && only !== undefined && other !== undefined)
    return ofTwo(only, other, within)
  const firsts: number[] = []
  const lasts: number[] = []
  let newestFirst = -Infinity
  eachLast(sets, (last, places) => {
    let first = Infinity
    for (let n = 0; n < sets.length; n++)
      first = Math.min(first, sets[n]?.firsts[places[n] ?? none] ?? -Infinity)
    if (first <= newestFirst || last - first >= windowTokens) return
    newestFirst = first
    firsts.push(first)
    lasts.push(last)
  })
  return { firsts, lasts }
}

/** The same of two, written out because it is what most searches of several words do. */
function ofTwo(a: Spans, b: Spans, within: number): Spans {
  const firsts: number[] = []
  const lasts: number[] = []
  const { firsts: firstsA, lasts: lastsA } = a
  const { firsts: firstsB, lasts: lastsB } = b
  const lengthA = lastsA.length
  const lengthB = lastsB.length
  const far = -2 * windowTokens - 1
  let atA = 0
  let atB = 0
  let firstA = far
  let lastA = far
  let firstB = far
  let lastB = far
  let newestFirst = -1
  while (atA < lengthA || atB < lengthB) {
    const nextA = atA < lengthA ? (lastsA[atA] ?? 0) : Infinity
    const nextB = atB < lengthB ? (lastsB[atB] ?? 0) : Infinity
    if (nextA <= nextB) {
      lastA = nextA
      firstA = firstsA[atA++] ?? 0
    }
    if (nextB <= nextA) {
      lastB = nextB
      firstB = firstsB[atB++] ?? 0
    }
    const first = firstA < firstB ? firstA : firstB
    const last = lastA > lastB ? lastA : lastB
    if (first <= newestFirst || last - first >= windowTokens) continue
    if (firstA - lastB > within || firstB - lastA > within) continue
    newestFirst = first
    firsts.push(first)
    lasts.push(last)
  }
  return { firsts, lasts }
}

/** The spans with nothing of `taken` wholly within the window before, in, and the window after them. */
function without(spans: Spans, taken: Spans): Spans {
  const firsts: number[] = []
  const lasts: number[] = []
  let next = 0
  for (let n = 0; n < spans.lasts.length; n++) {
    const first = spans.firsts[n] ?? 0
    const last = spans.lasts[n] ?? 0
    while (next < taken.lasts.length && (taken.lasts[next] ?? 0) <= last + windowTokens) next++
    if (next > 0 && (taken.firsts[next - 1] ?? 0) >= first - windowTokens) continue
    firsts.push(first)
    lasts.push(last)
  }
  return { firsts, lasts }
}

/** No place in a set. */
const none = -1

/** Walks sets along their last tokens; `places` says for each where its last one so far is, and is used again. */
function eachLast(
  sets: readonly Spans[],
  visit: (last: number, places: readonly number[]) => void,
): void {
  const places = sets.map(() => none)
  for (;;) {
    let last = Infinity
    for (let n = 0; n < sets.length; n++)
      last = Math.min(last, sets[n]?.lasts[(places[n] ?? none) + 1] ?? Infinity)
    if (last === Infinity) return
    for (let n = 0; n < sets.length; n++) {
      const at = (places[n] ?? none) + 1
      if (sets[n]?.lasts[at] === last) places[n] = at
    }
    visit(last, places)
  }
}
