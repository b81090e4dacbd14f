import { basicCharacter, extendedCharacter, specialCharacter } from './characters.ts'

/** How a character is sent on line 21: the decoder's tables, read the other way. */
export type Sending =
  | { readonly kind: 'basic'; readonly code: number }
  /** Two bytes of a control code; `fallback` is the plain character that decoders without it show. */
  | { readonly kind: 'special'; readonly first: number; readonly second: number }
  | {
      readonly kind: 'extended'
      readonly first: number
      readonly second: number
      readonly fallback: number
    }

const sendings = new Map<string, Sending>()
for (const first of [0x12, 0x13])
  for (let second = 0x20; second < 0x40; second++) {
    const glyph = String.fromCharCode(extendedCharacter(first, second))
    sendings.set(glyph, { kind: 'extended', first, second, fallback: plain(glyph) })
  }
for (let second = 0x30; second < 0x40; second++)
  // 0x39 is the transparent space, which looks like a space and is not one.
  if (second !== 0x39)
    sendings.set(String.fromCharCode(specialCharacter(second)), {
      kind: 'special',
      first: 0x11,
      second,
    })
for (let code = 0x20; code < 0x7f; code++)
  sendings.set(String.fromCharCode(basicCharacter(code)), { kind: 'basic', code })

/** Undefined for what line 21 cannot say. */
export function sendingOf(character: string): Sending | undefined {
  return sendings.get(character)
}

function plain(glyph: string): number {
  const base = glyph.normalize('NFD').charCodeAt(0)
  return base >= 0x20 && base < 0x7f ? base : 0x20
}
