/** A stretch of time; it has `fromMs` and not `toMs`, which is Infinity while it lasts. */
export interface TimeSpan {
  readonly fromMs: number
  readonly toMs: number
}

/** The same moments as separate spans in order of time; empty ones fall away. */
export function unionOfSpans(spans: readonly TimeSpan[]): TimeSpan[] {
  const ordered = spans
    .filter(({ fromMs, toMs }) => toMs > fromMs)
    .sort((a, b) => a.fromMs - b.fromMs)
  const joined: TimeSpan[] = []
  for (const span of ordered) {
    const last = joined.at(-1)
    if (last === undefined || span.fromMs > last.toMs) joined.push(span)
    else if (span.toMs > last.toMs) joined[joined.length - 1] = { ...last, toMs: span.toMs }
  }
  return joined
}

/** The moments of `spans` that are in none of `others`. */
export function subtractSpans(spans: readonly TimeSpan[], others: readonly TimeSpan[]): TimeSpan[] {
  const away = unionOfSpans(others)
  const left: TimeSpan[] = []
  let first = 0
  for (const { fromMs, toMs } of unionOfSpans(spans)) {
    let at = fromMs
    // Both lists are in order: what ends before this span ends before every later one.
    while ((away[first]?.toMs ?? Infinity) <= fromMs) first++
    for (let i = first; i < away.length; i++) {
      const hole = away[i]
      if (hole === undefined || hole.fromMs >= toMs) break
      if (hole.fromMs > at) left.push({ fromMs: at, toMs: hole.fromMs })
      at = Math.max(at, hole.toMs)
    }
    if (at < toMs) left.push({ fromMs: at, toMs })
  }
  return left
}

/** The moments of `spans` that lie in `within`. */
export function clipSpans(spans: readonly TimeSpan[], within: TimeSpan): TimeSpan[] {
  return spans
    .map(({ fromMs, toMs }) => ({
      fromMs: Math.max(fromMs, within.fromMs),
      toMs: Math.min(toMs, within.toMs),
    }))
    .filter(({ fromMs, toMs }) => toMs > fromMs)
}

export function lengthOfSpans(spans: readonly TimeSpan[]): number {
  return spans.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs), 0)
}
