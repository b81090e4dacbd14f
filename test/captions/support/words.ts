/** A word that one side has and the other has not, and why. */
export interface KnownDifference {
  readonly missing?: string
  readonly extra?: string
  readonly reason: string
}

export function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}

/** Words of `expected` without a partner in `actual`, and the other way round, by longest common sequence. */
export function compareWords(
  expected: readonly string[],
  actual: readonly string[],
): { missing: string[]; extra: string[] } {
  let start = 0
  while (start < expected.length && expected[start] === actual[start]) start++
  const a = expected.slice(start)
  const b = actual.slice(start)
  while (a.length > 0 && b.length > 0 && a.at(-1) === b.at(-1)) {
    a.pop()
    b.pop()
  }
  const width = b.length + 1
  const table = new Int32Array((a.length + 1) * width)
  const cell = (i: number, j: number): number => table[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i * width + j] =
        a[i] === b[j] ? cell(i + 1, j + 1) + 1 : Math.max(cell(i + 1, j), cell(i, j + 1))
    }
  }
  const missing: string[] = []
  const extra: string[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && a[i] === b[j]) {
      i++
      j++
    } else if (i < a.length && (j >= b.length || cell(i + 1, j) >= cell(i, j + 1))) {
      missing.push(a[i++] ?? '')
    } else extra.push(b[j++] ?? '')
  }
  return { missing, extra }
}
