/**
 * Our tokens as a tsvector literal. PostgreSQL keeps at most 255 positions of a lexeme, none beyond 16,383, no lexeme of
 * 2 KB, and 1 MB in all, and drops or refuses the rest: what would not be kept whole is not made one.
 */

const maxPositionsOfTerm = 255
const maxTokens = 16_000
const maxBytes = 500_000
const maxTermBytes = 1000

/** The lexeme of a term, quoted; null when it would be too long. */
export function lexeme(term: string): string | null {
  if (Buffer.byteLength(term) > maxTermBytes) return null
  return `'${term.replace(/['\\]/g, '$&$&')}'`
}

/** The lexeme of what is said only behind a passage. No term of ours has a hyphen. */
export function behind(word: string): string {
  return `'${behindTerm(word.slice(1))}`
}

export function behindTerm(term: string): string {
  return `-${term}`
}

/** Terms numbered from 1, the first `own` of them of weight A, and marked where only others are; null when they do not fit. */
export function vectorOf(terms: readonly string[], own: number): string | null {
  if (terms.length > maxTokens) return null
  const positions = new Map<string, number[]>()
  terms.forEach((term, at) => {
    const list = positions.get(term)
    if (list === undefined) positions.set(term, [at])
    else list.push(at)
  })
  const parts: string[] = []
  let bytes = 0
  for (const [term, list] of positions) {
    const word = lexeme(term)
    if (word === null || list.length > maxPositionsOfTerm) return null
    bytes += Buffer.byteLength(word)
    const isOwn = (list[0] ?? 0) < own
    parts.push(
      `${isOwn ? word : behind(word)}:${list.map((at) => `${at + 1}${at < own ? 'A' : ''}`).join()}`,
    )
  }
  return bytes > maxBytes ? null : parts.join(' ')
}

/** Positions, from 0, of a lexeme in a tsvector's text, ascending. */
export function positionsOf(vector: string, word: string): number[] {
  for (const one of [word, behind(word)]) {
    const at = vector.indexOf(`${one}:`)
    if (at >= 0) return readPositions(vector, at + one.length + 1)
  }
  return []
}

/** The same of all lexemes that begin so, ascending; the beginning comes as `lexeme` makes it. */
export function positionsOfBeginning(vector: string, beginning: string): number[] {
  const found: number[] = []
  for (const word of [beginning, behind(beginning)]) {
    const opened = word.slice(0, -1)
    for (let at = vector.indexOf(opened); at >= 0; at = vector.indexOf(opened, at + 1))
      found.push(...readPositions(vector, vector.indexOf("':", at + 1) + 2))
  }
  return found.sort((a, b) => a - b)
}

function readPositions(vector: string, from: number): number[] {
  const end = vector.indexOf(' ', from)
  const list = vector.slice(from, end < 0 ? undefined : end)
  return list.split(',').map((position) => Number.parseInt(position, 10) - 1)
}
