/**
 * The code that live frames write text in (docs/protocol.md, "Text"). Letters come two or three at a time, so nothing that
 * needs a window can shorten them: one byte stands for each of the most frequent pairs of English captions, upper
 * case first because that is what is typed live, and for some letters that UTF-8 would give two or three.
 */
const pairs =
  'E | T|TH|T |. |HE| A|OU| I|S | W| O|ER| S|IN|RE|N |D |AN|, | Y| H|ON|R |HA|EN|YO| B|Y |O |AT|VE|' +
  ' M| F| C|IT|TO| -|- |NG|LL|HI|ME| D|ND|AR|L | G|ST| L|WE|U |SE|IS|ES|NE|EA|OR|TE|F |? |UR|EL|NO|' +
  'ED|G |UT|BE| E|AS|A |LE|OW|OF|LI|TI|NT| N|ET|RO|OM| R|>>|> |' +
  'e | t|th|t |he| a|ou| i|s | w| o|er| s|in|re|n |d |an| y| h|on|r |ha|en|y |o |at|ve|it|to|ng|ll|nd|st|or|ar|' +
  '♪|♪ |É|é|Á|á|Ó|ó'

/** What the bytes 0x80 … 0xff stand for. */
export const captionCodes: readonly string[] = pairs.split('|')

const firstCode = 0x80
/** A character that is neither ASCII nor in the table follows as a varint: its code point. */
const escape = 0x1b

/** Code by pair of UTF-16 units, as one number; and by single unit. */
const codeOf = new Map<number, number>()
for (const [i, text] of captionCodes.entries())
  codeOf.set(keyOf(text, 0, text.length), firstCode + i)

function keyOf(text: string, at: number, length: number): number {
  const first = text.charCodeAt(at)
  return length === 1 ? first : first * 0x1_0000 + text.charCodeAt(at + 1)
}

/** Writes text; every string can be written, also one that is not well-formed. */
export function encodeCaption(text: string): Uint8Array {
  const bytes: number[] = []
  for (let at = 0; at < text.length;) {
    const code =
      (at + 1 < text.length ? codeOf.get(keyOf(text, at, 2)) : undefined) ??
      codeOf.get(keyOf(text, at, 1))
    if (code !== undefined) {
      bytes.push(code)
      at += captionCodes[code - firstCode]?.length ?? 1
      continue
    }
    const point = text.codePointAt(at) ?? 0
    at += point > 0xffff ? 2 : 1
    if (point < firstCode && point !== escape) {
      bytes.push(point)
      continue
    }
    bytes.push(escape)
    let rest = point
    for (; rest > 0x7f; rest >>= 7) bytes.push((rest & 0x7f) | 0x80)
    bytes.push(rest)
  }
  return Uint8Array.from(bytes)
}

/** Reads `bytes` from `from` to `to`; undefined when they are not such text. */
export function decodeCaption(bytes: Uint8Array, from: number, to: number): string | undefined {
  let text = ''
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0
    if (byte >= firstCode) text += captionCodes[byte - firstCode] ?? ''
    else if (byte !== escape) text += String.fromCharCode(byte)
    else {
      let point = 0
      let shift = 0
      for (;;) {
        const next = ++at < to ? bytes[at] : undefined
        if (next === undefined || shift > 14) return undefined
        point |= (next & 0x7f) << shift
        shift += 7
        if (next < 0x80) break
      }
      if (point > 0x10ffff) return undefined
      text += String.fromCodePoint(point)
    }
  }
  return text
}
