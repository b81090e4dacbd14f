import { sendingOf } from '../cea608/sendings.ts'

export const columns = 32
/** More rows would hide the picture. */
const rowsPerScreen = 4

/** What line 21 does not have, and what says the same there. */
const stand: Readonly<Record<string, string>> = {
  '’': "'",
  '‚': ',',
  '„': '"',
  '–': '-',
  '‐': '-',
  '‑': '-',
  '…': '...',
  '€': 'EUR',
  '♫': '♪',
  '\t': ' ',
  '\u00a0': ' ',
}

/**
 * A text in characters of line 21: accents it lacks are left off, anything else it lacks is a question mark,
 * and counted.
 */
export function toLine21(text: string): { text: string; replaced: number } {
  let written = ''
  let replaced = 0
  for (const character of text) {
    const plain = sayable(character)
    if (plain === undefined) replaced++
    written += plain ?? '?'
  }
  return { text: written, replaced }
}

function sayable(character: string): string | undefined {
  if (character === '\n' || sendingOf(character) !== undefined) return character
  const other = stand[character] ?? character.normalize('NFKD').replace(/\p{M}/gu, '')
  if (other === character) return undefined
  // What has no width at all (joiners, marks of direction) need not be said.
  if (other === '') return ''
  return Array.from(other).every((each) => sendingOf(each) !== undefined) ? other : undefined
}

/** Rows of at most 32 columns, broken between words where that is possible. */
export function wrapRows(text: string): string[] {
  return text.split('\n').flatMap((row) => wrapRow(row.trim()))
}

function wrapRow(row: string): string[] {
  const rows: string[] = []
  let rest = Array.from(row)
  while (rest.length > columns) {
    const space = rest.lastIndexOf(' ', columns)
    const cut = space > 0 ? space : columns
    rows.push(rest.slice(0, cut).join('').trimEnd())
    rest = rest.slice(space > 0 ? cut + 1 : cut)
  }
  return [...rows, rest.join('')].filter((each) => each !== '')
}

/** Screens of at most four rows, the time of the cue divided by their letters. */
export function screensOf(
  rows: readonly string[],
  startMs: number,
  endMs: number,
): { readonly rows: readonly string[]; readonly startMs: number; readonly endMs: number }[] {
  const letters = rows.reduce((sum, row) => sum + row.length, 0)
  const screens = []
  let at = startMs
  for (let n = 0; n < rows.length; n += rowsPerScreen) {
    const screen = rows.slice(n, n + rowsPerScreen)
    const share = screen.reduce((sum, row) => sum + row.length, 0) / letters
    const until = n + rowsPerScreen >= rows.length ? endMs : at + (endMs - startMs) * share
    screens.push({ rows: screen, startMs: at, endMs: until })
    at = until
  }
  return screens
}
