import { ascii } from '../transport/bytes.ts'
import { decodeHuffman } from './huffman.ts'

/** Sets of one byte: the mode is the upper byte of its Unicode characters. */
const lastPage = 0x33
const utf16 = 0x3f
const koreanMode = 0x48

/**
 * The first string that can be read of a multiple_string_structure (ATSC A/65 6.10), and its ISO 639-2 code. Null when none can:
 * it is damaged, or in a compression or a set that this does not know.
 */
export function decodeMultipleStrings(
  bytes: Uint8Array,
): { readonly language: string; readonly text: string } | null {
  const strings = bytes[0] ?? 0
  let at = 1
  for (let i = 0; i < strings; i++) {
    if (at + 4 > bytes.length) return null
    const language = ascii(bytes, at, 3)
    const segments = bytes[at + 3] ?? 0
    at += 4
    let text: string | null = ''
    for (let j = 0; j < segments; j++) {
      const length = bytes[at + 2] ?? 0
      if (at + 3 + length > bytes.length) return null
      const part = decodeSegment(
        bytes[at] ?? 0,
        bytes[at + 1] ?? 0,
        bytes.subarray(at + 3, at + 3 + length),
      )
      text = text === null || part === null ? null : text + part
      at += 3 + length
    }
    if (text !== null && text !== '') return { language, text: clean(text) }
  }
  return null
}

function decodeSegment(compression: number, mode: number, bytes: Uint8Array): string | null {
  if (compression === 1 || compression === 2)
    return mode === 0 ? decodeHuffman(bytes, compression) : null
  if (compression !== 0) return null
  if (mode === utf16) return new TextDecoder('utf-16be').decode(bytes)
  if (mode === koreanMode) return new TextDecoder('euc-kr').decode(bytes)
  if (mode > lastPage) return null
  return String.fromCharCode(...Array.from(bytes, (byte) => (mode << 8) | byte))
}

function clean(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/[^\P{Cc}\n]/gu, ' ')
    .replaceAll(/[^\S\n]+/g, ' ')
    .trim()
}
