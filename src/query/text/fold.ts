/** What one code point is to the tokenizer. */
export const separator = 1
export const letter = 2
/** A character of a script that is written without spaces, or nearly so. */
export const ideograph = 3
/** Belongs to the character before it and leaves no trace in the term, or is invisible. */
export const silent = 4
/** Joins the letters on both of its sides, and leaves no trace. */
export const apostrophe = 5

export type CharacterClass =
  typeof separator | typeof letter | typeof ideograph | typeof silent | typeof apostrophe

interface Folded {
  readonly kind: CharacterClass
  readonly text: string
}

/**
 * Marks that only modify a letter: Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowels.
 * The vowel signs of Indic scripts are marks too, but without them a word is another word.
 */
const diacritics =
  /[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]/g

/** Letters that Unicode does not decompose, as people type them who lack them. */
const undecomposed: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', þ: 'th' },
    ...{ ł: 'l', ß: 'ss', ı: 'i', ħ: 'h', ŧ: 't', ς: 'σ' },
  }),
)

const apostrophes = new Set("'`´‘’‛ʼʹ′＇׳״")
/** Soft hyphen, joiners, direction marks, byte order mark. */
const invisible = /^[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]$/
const wordCharacter = /^[\p{L}\p{N}\p{M}]$/u
const wordCharacters = /^[\p{L}\p{N}\p{M}]+$/u

/** First and last code points of the scripts that are cut into overlapping pairs. */
const ideographRanges: readonly (readonly [number, number])[] = [
  [0x0e01, 0x0e4e], // Thai
  [0x0e81, 0x0ecd], // Lao
  [0x1000, 0x103f], // Myanmar
  [0x1100, 0x11ff], // Hangul Jamo
  [0x1780, 0x17d3], // Khmer
  [0x2e80, 0x2fdf], // radicals
  [0x3005, 0x3007],
  [0x3021, 0x3029],
  [0x3041, 0x3096], // Hiragana
  [0x309d, 0x30fa], // Katakana
  [0x30fc, 0x31ff], // Katakana, Bopomofo, Hangul
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa960, 0xa97f],
  [0xac00, 0xd7ff],
  [0xf900, 0xfaff],
  [0xff66, 0xff9d], // half-width Katakana
  [0xffa0, 0xffdc],
  [0x20000, 0x3ffff],
]

const known = new Map<number, Folded>()
/** A text in many scripts must not grow the table without bound. */
const mostKnown = 20_000

/** The class of a code point and what it becomes in a term: lower case, without diacritics. */
export function fold(codePoint: number): Folded {
  let folded = known.get(codePoint)
  if (folded === undefined) {
    folded = computeFold(codePoint)
    if (known.size < mostKnown) known.set(codePoint, folded)
  }
  return folded
}

export function isIdeograph(codePoint: number): boolean {
  return fold(codePoint).kind === ideograph
}

function computeFold(codePoint: number): Folded {
  const character = String.fromCodePoint(codePoint)
  if (apostrophes.has(character)) return { kind: apostrophe, text: '' }
  if (invisible.test(character)) return { kind: silent, text: '' }
  if (!wordCharacter.test(character) && !isHalfWidthSoundMark(codePoint))
    return { kind: separator, text: '' }
  const lower = character.toLowerCase()
  // Lower case again: some letters are small forms of capitals.
  const plain = lower.normalize('NFKD').replace(diacritics, '').toLowerCase()
  const text = Array.from(plain)
    .map((part) => (apostrophes.has(part) ? '' : (undecomposed.get(part) ?? part)))
    .join('')
    .normalize('NFC')
  if (text === '') return { kind: silent, text: '' }
  // ½ would become 1⁄2, and ㈠ (一).
  if (!wordCharacters.test(text)) return { kind: separator, text: '' }
  const parts = Array.from(text)
  if (parts.some((part) => inRanges(part.codePointAt(0) ?? 0))) {
    // One character stays one: the Thai vowel AM, say, would fall in two.
    const isOwn = parts.length > 1
    if (isOwn && !inRanges(codePoint)) return { kind: separator, text: '' }
    return { kind: ideograph, text: isOwn ? lower : text }
  }
  // The sound marks of Katakana: they melt into the character before them.
  if (/^[\u3099\u309a]$/.test(text)) return { kind: silent, text }
  return { kind: letter, text }
}

function isHalfWidthSoundMark(codePoint: number): boolean {
  return codePoint === 0xff9e || codePoint === 0xff9f
}

function inRanges(codePoint: number): boolean {
  if (codePoint < 0x0e00) return false
  return ideographRanges.some(([from, to]) => codePoint >= from && codePoint <= to)
}
