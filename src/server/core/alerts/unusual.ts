/** What the same hour of other weeks leads one to expect. */
export interface Usual {
  /** Median of the counts. */
  readonly usual: number
  /** How far counts are from it, as one would say it of a normal distribution. */
  readonly deviation: number
}

/** Median absolute deviations are this much smaller than standard deviations. */
const madToSigma = 1.4826

/** Counts of the same hour in other weeks; one week that was out of the ordinary moves neither figure much. */
export function usualOf(counts: readonly number[]): Usual {
  const usual = median(counts)
  const mad = median(counts.map((count) => Math.abs(count - usual)))
  // What is rare scatters by the root of its mean, also when the few weeks that are known happen to agree.
  return { usual, deviation: Math.max(mad * madToSigma, Math.sqrt(usual), 1) }
}

/** How many deviations a count lies above the usual. */
export function sigmaOf(count: number, { usual, deviation }: Usual): number {
  return (count - usual) / deviation
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length / 2
  const [low = 0, high = low] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]]
  return (low + high) / 2
}
