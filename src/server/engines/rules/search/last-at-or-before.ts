/** The last place whose value is at most `value`; 0 when none is. */
export function lastAtOrBefore(
  length: number,
  value: number,
  valueAt: (place: number) => number,
): number {
  let low = 0
  let high = length
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (valueAt(middle) <= value) low = middle
    else high = middle
  }
  return low
}
