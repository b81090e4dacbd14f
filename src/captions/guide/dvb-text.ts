/** Text of DVB tables: ETSI EN 300 468 annex A. */

/** Selected by a first byte; ISO 8859-12 was never made. */
const oneByteSets: Readonly<Record<number, string>> = {
  0x01: 'iso-8859-5',
  0x02: 'iso-8859-6',
  0x03: 'iso-8859-7',
  0x04: 'iso-8859-8',
  0x05: 'windows-1254',
  0x06: 'iso-8859-10',
  0x07: 'windows-874',
  0x09: 'iso-8859-13',
  0x0a: 'iso-8859-14',
  0x0b: 'iso-8859-15',
  0x11: 'utf-16be',
  0x12: 'euc-kr',
  0x13: 'gb18030',
  0x14: 'utf-16be',
  0x15: 'utf-8',
}
const byNumber = 0x10
/** ISO 8859-n, selected by 10 00 n. */
const numberedSets: Readonly<Record<number, string>> = {
  ...{ 1: 'windows-1252', 2: 'iso-8859-2', 3: 'iso-8859-3', 4: 'iso-8859-4', 5: 'iso-8859-5' },
  ...{ 6: 'iso-8859-6', 7: 'iso-8859-7', 8: 'iso-8859-8', 9: 'windows-1254', 10: 'iso-8859-10' },
  ...{ 11: 'windows-874', 13: 'iso-8859-13', 14: 'iso-8859-14', 15: 'iso-8859-15' },
}

const lineBreak = 0x8a
/** ISO 6937 with the euro sign: 0xa0 to 0xff, where 0xc1 to 0xcf are accents that stand before their letter. */
const iso6937 =
  '\u00a0¡¢£€¥\u0000§¤‘“«←↑→↓°±²³×µ¶·÷’”»¼½¾¿' +
  '\u0000\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0000\u030a\u0327\u0000\u030b\u0328\u030c' +
  '―¹®©™♪¬¦\u0000\u0000\u0000\u0000⅛⅜⅝⅞' +
  'ΩÆĐªĦ\u0000\u0132ĿŁØŒºÞŦŊ\u0149' +
  'ĸæđðħı\u0133ŀłøœßþŧŋ\u00ad'
const firstAccent = 0xc1
const lastAccent = 0xcf

/** Readable text, without the control codes for emphasis, and with the spaces around it: it may be a part. Null for a set that this does not know. */
export function decodeDvbText(bytes: Uint8Array): string | null {
  const first = bytes[0] ?? 0
  if (bytes.length === 0) return ''
  if (first >= 0x20) return clean(decodeIso6937(bytes))
  if (first === 0x1f) return null
  const set = first === byNumber ? numberedSets[bytes[2] ?? 0] : oneByteSets[first]
  if (set === undefined || (first === byNumber && bytes[1] !== 0)) return null
  const text = bytes.subarray(first === byNumber ? 3 : 1)
  return clean(decodeSet(set, text))
}

function decodeSet(set: string, bytes: Uint8Array): string {
  if (!/^(?:iso|windows)-/.test(set)) return new TextDecoder(set).decode(bytes)
  // In sets of one byte 80 to 9f are control codes; the decoders of the web have letters there.
  const plain = bytes.filter((byte) => byte < 0x80 || byte > 0x9f || byte === lineBreak)
  return new TextDecoder(set).decode(plain.map((byte) => (byte === lineBreak ? 0x0a : byte)))
}

function decodeIso6937(bytes: Uint8Array): string {
  let text = ''
  let accent = ''
  for (const byte of bytes) {
    if (byte >= firstAccent && byte <= lastAccent) {
      accent = iso6937[byte - 0xa0] ?? ''
      continue
    }
    if (byte === lineBreak) text += '\n'
    else if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte) + accent
    else if (byte >= 0xa0) text += (iso6937[byte - 0xa0] ?? '') + accent
    accent = ''
  }
  return text
}

function clean(text: string): string {
  return (
    text
      .normalize('NFC')
      // In sets of two bytes the control codes lie in the private area.
      .replaceAll(/[\u008a\ue08a]/g, '\n')
      .replaceAll(/[^\P{Cc}\n]|[\ue080-\ue09f]/gu, '')
      .replaceAll(/[^\S\n]+/g, ' ')
  )
}
