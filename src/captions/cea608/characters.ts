/**
 * The character sets of CEA-608, as UTF-16 code units. Source: CTA-608-E, character set tables.
 *
 * 0x27 is drawn as a closing quotation mark by the standard and typed as an apostrophe by everyone: it stays
 * ASCII. CCExtractor flattens ‘ to ', draws the solid block smaller (■) and the pipe broken (¦).
 */

const special = '®°½¿™¢£♪à èâêîôû'
const spanishFrench = "ÁÉÓÚÜü‘¡*'—©℠•“”ÀÂÇÈÊËëÎÏïÔÙùÛ«»"
const portugueseGermanDanish = 'ÃãÍÌìÒòÕõ{}\\^_|~ÄäÖöß¥¤│ÅåØø┌┐└┘'

const basicExceptions: readonly (readonly [number, string])[] = [
  [0x2a, 'á'],
  [0x5c, 'é'],
  [0x5e, 'í'],
  [0x5f, 'ó'],
  [0x60, 'ú'],
  [0x7b, 'ç'],
  [0x7c, '÷'],
  [0x7d, 'Ñ'],
  [0x7e, 'ñ'],
  [0x7f, '█'],
]

const basic = Uint16Array.from({ length: 0x80 }, (_, code) => code)
for (const [code, glyph] of basicExceptions) basic[code] = glyph.charCodeAt(0)

/** The UTF-16 unit of a one-byte character, 0x20 to 0x7f. */
export function basicCharacter(code: number): number {
  return basic[code & 0x7f] ?? 0x20
}

/** The UTF-16 unit of a special character, second byte 0x30 to 0x3f. */
export function specialCharacter(second: number): number {
  return special.charCodeAt(second & 0x0f)
}

/** The UTF-16 unit of an extended character: first byte 0x12 or 0x13, second 0x20 to 0x3f. */
export function extendedCharacter(first: number, second: number): number {
  const set = first === 0x12 ? spanishFrench : portugueseGermanDanish
  return set.charCodeAt(second & 0x1f)
}
