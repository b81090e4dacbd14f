import { tokenize } from './tokenize.ts'

/** Pairs of neighbouring words that a text must have before it can be told from another. */
const fewestPairs = 5
/** What two texts that say the same have in common of all their pairs; captions of one speech differ in a word or two. */
const enough = 0.6

/** What a text says, whatever its rows, case and marks: numbers of its pairs of words, ascending. Null when it is too short. */
export function signatureOf(text: string): Int32Array | null {
  const { terms } = tokenize(text)
  const pairs = new Set<number>()
  for (let n = 1; n < terms.length; n++) pairs.add(hash(`${terms[n - 1]} ${terms[n]}`))
  return pairs.size < fewestPairs ? null : Int32Array.from(pairs).sort()
}

/** Whether two texts say the same. */
export function isAlike(a: Int32Array, b: Int32Array): boolean {
  let common = 0
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const [x, y] = [a[i] ?? 0, b[j] ?? 0]
    if (x === y) common++
    if (x <= y) i++
    if (y <= x) j++
  }
  return common >= enough * (a.length + b.length - common)
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let n = 0; n < text.length; n++) value = Math.imul(value ^ text.charCodeAt(n), 0x01000193)
  return value | 0
}
