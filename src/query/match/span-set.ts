import { windowTokens } from '../language/query.ts'

/**
 * A set of spans `[first, last]` of token positions, none longer than the window, as one mask a last
 * position: bit n stands for the span of n + 1 tokens that ends there. A mask is two halves of 30 bits,
 * which the engine keeps as small integers; this makes every operation a walk along a few short arrays.
 */
export class SpanSet {
  readonly lasts: number[] = []
  /** Spans of 1 to 30 tokens. */
  readonly short: number[] = []
  /** Spans of 31 to 60 tokens. */
  readonly long: number[] = []

  /** In ascending order of `last`. */
  add(last: number, short: number, long: number): void {
    if ((short | long) === 0) return
    const at = this.lasts.length - 1
    if (this.lasts[at] === last) {
      this.short[at] = (this.short[at] ?? 0) | short
      this.long[at] = (this.long[at] ?? 0) | long
      return
    }
    this.lasts.push(last)
    this.short.push(short)
    this.long.push(long)
  }

  addSpan(first: number, last: number): void {
    const extra = last - first
    if (extra < half) this.add(last, 1 << extra, 0)
    else if (extra < windowTokens) this.add(last, 0, 1 << (extra - half))
  }

  /** Every span, by last position, the longest first. */
  *[Symbol.iterator](): Generator<readonly [first: number, last: number]> {
    for (const [at, last] of this.lasts.entries())
      for (let extra = windowTokens - 1; extra >= 0; extra--)
        if (this.has(at, extra)) yield [last - extra, last]
  }

  has(at: number, extra: number): boolean {
    const mask = (extra < half ? this.short[at] : this.long[at]) ?? 0
    return ((mask >>> (extra % half)) & 1) === 1
  }
}

const half = windowTokens / 2
const fullHalf = 2 ** half - 1

/** A mask that moves along: what was seen so far, relative to the position it stands at. */
class Trail {
  short = 0
  long = 0

  moveBy(distance: number): void {
    if (distance >= windowTokens) {
      this.short = this.long = 0
    } else if (distance >= half) {
      this.long = (this.short << (distance - half)) & fullHalf
      this.short = 0
    } else if (distance > 0) {
      this.long = ((this.long << distance) | (this.short >>> (half - distance))) & fullHalf
      this.short = (this.short << distance) & fullHalf
    }
  }
}

export function either(sets: readonly SpanSet[]): SpanSet {
  const [only] = sets
  if (sets.length === 1 && only !== undefined) return only
  const found = new SpanSet()
  eachLast(sets, (last, places) => {
    for (let n = 0; n < sets.length; n++) {
      const at = places[n] ?? none
      if (at !== none) found.add(last, sets[n]?.short[at] ?? 0, sets[n]?.long[at] ?? 0)
    }
  })
  return found
}

/** The spans that hold one of each, from the first token of the one to the last of the other. */
export function both(a: SpanSet, b: SpanSet): SpanSet {
  const found = new SpanSet()
  const seenA = new Trail()
  const seenB = new Trail()
  let before = 0
  eachLast([a, b], (last, [atA = none, atB = none]) => {
    seenA.moveBy(last - before)
    seenB.moveBy(last - before)
    before = last
    const shortA = a.short[atA] ?? 0
    const longA = a.long[atA] ?? 0
    const shortB = b.short[atB] ?? 0
    const longB = b.long[atB] ?? 0
    seenA.short |= shortA
    seenA.long |= longA
    seenB.short |= shortB
    seenB.long |= longB
    addHulls(found, last, shortA, longA, seenB.short, seenB.long)
    addHulls(found, last, shortB, longB, seenA.short, seenA.long)
  })
  return found
}

/** `both` of those with at most `within` positions from the end of one to the beginning of the other. */
export function near(a: SpanSet, b: SpanSet, within: number): SpanSet {
  const found = new SpanSet()
  let fromA = 0
  let fromB = 0
  eachLast([a, b], (last, [atA = none, atB = none]) => {
    while ((a.lasts[fromA] ?? Infinity) <= last - 2 * windowTokens) fromA++
    while ((b.lasts[fromB] ?? Infinity) <= last - 2 * windowTokens) fromB++
    eachExtra(a, atA, (extra) => addNear(found, last, extra, b, fromB, within))
    eachExtra(b, atB, (extra) => addNear(found, last, extra, a, fromA, within))
  })
  return found
}

/** Lengths, less one, of the spans at a place, the shortest first. */
function eachExtra({ short, long }: SpanSet, at: number, visit: (extra: number) => void): void {
  for (let mask = short[at] ?? 0; mask !== 0; mask &= mask - 1) visit(31 - Math.clz32(mask & -mask))
  for (let mask = long[at] ?? 0; mask !== 0; mask &= mask - 1)
    visit(half + 31 - Math.clz32(mask & -mask))
}

function addNear(
  found: SpanSet,
  last: number,
  extra: number,
  other: SpanSet,
  from: number,
  within: number,
): void {
  const reach = last - extra - within
  const trail = new Trail()
  for (let at = from; at < other.lasts.length; at++) {
    const otherLast = other.lasts[at] ?? 0
    if (otherLast > last) break
    if (otherLast < reach) continue
    trail.short = other.short[at] ?? 0
    trail.long = other.long[at] ?? 0
    trail.moveBy(last - otherLast)
    const short = extra < half ? 1 << extra : 0
    const long = extra < half ? 0 : 1 << (extra - half)
    addHulls(found, last, short, long, trail.short, trail.long)
  }
}

/** The longer of every pair of spans that end here, or have ended: the one that begins first. */
function addHulls(
  found: SpanSet,
  last: number,
  shortA: number,
  longA: number,
  shortB: number,
  longB: number,
): void {
  if ((shortA | longA) === 0 || (shortB | longB) === 0) return
  const shortOfA = atLeastShortest(shortA, shortB)
  const longOfA = shortB === 0 ? atLeastShortest(longA, longB) : longA
  const shortOfB = atLeastShortest(shortB, shortA)
  const longOfB = shortA === 0 ? atLeastShortest(longB, longA) : longB
  found.add(last, shortOfA | shortOfB, longOfA | longOfB)
}

/** The bits of `mask` from the lowest of `other` on. */
function atLeastShortest(mask: number, other: number): number {
  return other === 0 ? 0 : mask & ~((other & -other) - 1)
}

/** The spans with nothing of `taken` wholly within the window before, in, and the window after them. */
export function without(spans: SpanSet, taken: SpanSet): SpanSet {
  const found = new SpanSet()
  let next = 0
  let newestFirst = -Infinity
  for (const [at, last] of spans.lasts.entries()) {
    for (; (taken.lasts[next] ?? Infinity) <= last + windowTokens; next++)
      newestFirst = Math.max(newestFirst, (taken.lasts[next] ?? 0) - shortest(taken, next))
    // A span of n + 1 tokens is spared when last - n - windowTokens > newestFirst.
    const spared = last - windowTokens - newestFirst
    found.add(
      last,
      (spans.short[at] ?? 0) & lowBits(spared),
      (spans.long[at] ?? 0) & lowBits(spared - half),
    )
  }
  return found
}

function lowBits(count: number): number {
  return count <= 0 ? 0 : count >= half ? fullHalf : 2 ** count - 1
}

function shortest(set: SpanSet, at: number): number {
  const short = set.short[at] ?? 0
  const long = set.long[at] ?? 0
  return short === 0 ? half + 31 - Math.clz32(long & -long) : 31 - Math.clz32(short & -short)
}

/** The spans whose first position passes. */
export function beginning(spans: SpanSet, passes: (first: number) => boolean): SpanSet {
  const found = new SpanSet()
  for (const [first, last] of spans) if (passes(first)) found.addSpan(first, last)
  return found
}

/** The spans that contain no other, by position. */
export function innermost(spans: SpanSet): (readonly [first: number, last: number])[] {
  const found: (readonly [number, number])[] = []
  let newestFirst = -Infinity
  for (const [at, last] of spans.lasts.entries()) {
    const first = last - shortest(spans, at)
    if (first <= newestFirst) continue
    newestFirst = first
    found.push([first, last])
  }
  return found
}

/** No place in a set. */
const none = -1

/** Walks several sets along their last positions; `places` says for each set where it has that one, and is used again. */
function eachLast(
  sets: readonly SpanSet[],
  visit: (last: number, places: readonly number[]) => void,
): void {
  const next = sets.map(() => 0)
  const places = sets.map(() => none)
  for (;;) {
    let last = Infinity
    for (let n = 0; n < sets.length; n++)
      last = Math.min(last, sets[n]?.lasts[next[n] ?? 0] ?? Infinity)
    if (last === Infinity) return
    for (let n = 0; n < sets.length; n++) {
      const at = next[n] ?? 0
      const isHere = sets[n]?.lasts[at] === last
      places[n] = isHere ? at : none
      if (isHere) next[n] = at + 1
    }
    visit(last, places)
  }
}
