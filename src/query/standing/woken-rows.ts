import type { StandingEntry } from './standing-entry.ts'

/**
 * The queries that one word wakes, in one row of plain numbers: hundreds are looked at for every cue, most of them in
 * vain, and what lies together is looked at ten times as fast as a hundred thousand objects. Of each: its number, another
 * word that it needs, and where that one must stand.
 */
export const rowLength = 3

/** Where the other word must stand: so far from the waking one, or one of these. */
export const where = {
  /** There is no other, or it takes more to say. */
  unknown: 0,
  /** Anywhere near, and that is all that the query waits for. */
  nearAlone: 0x1000_0000,
} as const

export function addRow(rows: number[], entry: StandingEntry): void {
  rows.push(entry.number, ...needOf(entry))
}

/** The order of rows does not matter: the last takes the place. */
export function removeRow(rows: number[], query: number): void {
  for (let at = 0; at < rows.length; at += rowLength) {
    if (rows[at] !== query) continue
    const last = rows.splice(rows.length - rowLength)
    if (at < rows.length) for (let n = 0; n < rowLength; n++) rows[at + n] = last[n] ?? 0
    return
  }
}

export function queriesOf(rows: readonly number[]): number[] {
  return rows.filter((_, n) => n % rowLength === 0)
}

function needOf(entry: StandingEntry): readonly [word: number, where: number] {
  const { anchor, clauses, positives } = entry
  if (anchor.phrase !== null) {
    const { words, at } = anchor.phrase
    const step = at > 0 ? -1 : 1
    return [words[at + step] ?? -1, step]
  }
  const [other, ...more] = positives.filter((word) => !anchor.words.includes(word))
  // Of alternatives, or of what a filter may take away, more must be looked at.
  const isAlone = clauses.length === 2 && clauses.every(({ words }) => words.length === 1)
  if (other === undefined || more.length > 0 || !isAlone) return [-1, where.unknown]
  return [other, where.nearAlone]
}
