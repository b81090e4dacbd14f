/** The code sets of CTA-708-E section 7.1, as UTF-16 code units. */

/** What decoders show for a code that no set defines. */
const undefinedGlyph = '_'.charCodeAt(0)
const note = '♪'.charCodeAt(0)
/** The icon of G3, a CC in a box. */
const captionIcon = '㏄'.charCodeAt(0)

const g2 = new Map<number, string>([
  // Transparent spaces, breaking and not.
  [0x20, ' '],
  [0x21, '\u00A0'],
  [0x25, '…'],
  [0x2a, 'Š'],
  [0x2c, 'Œ'],
  [0x30, '█'],
  [0x31, '‘'],
  [0x32, '’'],
  [0x33, '“'],
  [0x34, '”'],
  [0x35, '•'],
  [0x39, '™'],
  [0x3a, 'š'],
  [0x3c, 'œ'],
  [0x3d, '℠'],
  [0x3f, 'Ÿ'],
  [0x76, '⅛'],
  [0x77, '⅜'],
  [0x78, '⅝'],
  [0x79, '⅞'],
  [0x7a, '│'],
  [0x7b, '┐'],
  [0x7c, '└'],
  [0x7d, '─'],
  [0x7e, '┘'],
  [0x7f, '┌'],
])

/** G0, 0x20 to 0x7f, and G1, 0xa0 to 0xff. */
export function plainCharacter(code: number): number {
  return code === 0x7f ? note : code
}

/** G2, 0x20 to 0x7f, and G3, 0xa0 to 0xff: what follows an EXT1. */
export function extendedCharacter(code: number): number {
  if (code === 0xa0) return captionIcon
  return g2.get(code)?.charCodeAt(0) ?? undefinedGlyph
}
