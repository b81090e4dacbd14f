import { apostrophe, fold, ideograph, letter, silent } from './fold.ts'

/**
 * The words of a text, in order. `offsets` holds two numbers a token: the first UTF-16 unit of its
 * characters in the text, and the one after its last.
 */
export interface Tokens {
  readonly terms: readonly string[]
  readonly offsets: readonly number[]
}

const notAscii = /[^\0-\x7f]/
const upperCase = /[A-Z]/

const other = 0
const alphabetic = 1
const digit = 2
const quote = 3
const asciiKinds = new Uint8Array(128)
for (let code = 0x30; code <= 0x39; code++) asciiKinds[code] = digit
for (let code = 0x41; code <= 0x5a; code++) asciiKinds[code] = asciiKinds[code + 32] = alphabetic
asciiKinds[0x27] = asciiKinds[0x60] = quote
const comma = 0x2c

/**
 * Cuts a text into words (docs/query.md): the one tokenizer of index, matcher and highlights.
 * Case and diacritics do not matter; an apostrophe within a word is dropped; a hyphen parts words.
 */
export function tokenize(text: string): Tokens {
  return notAscii.test(text) ? tokenizeUnicode(text) : tokenizeAscii(text)
}

function tokenizeAscii(text: string): Tokens {
  const terms: string[] = []
  const offsets: number[] = []
  const lower = upperCase.test(text) ? text.toLowerCase() : text
  const { length } = text
  let at = 0
  while (at < length) {
    const kind = asciiKinds[text.charCodeAt(at)]
    if (kind === other || kind === quote) {
      at++
      continue
    }
    const from = at
    let partFrom = at
    let head = ''
    for (;;) {
      at = endOfAsciiPart(text, at)
      if (at + 1 >= length || !joins(text, partFrom, at)) break
      head += lower.slice(partFrom, at)
      partFrom = ++at
    }
    terms.push(head === '' ? lower.slice(from, at) : head + lower.slice(partFrom, at))
    offsets.push(from, at)
  }
  return { terms, offsets }
}

function endOfAsciiPart(text: string, from: number): number {
  let at = from
  while (at < text.length) {
    const kind = asciiKinds[text.charCodeAt(at)]
    if (kind !== alphabetic && kind !== digit) break
    at++
  }
  return at
}

/** Whether the character at the end of a part joins it to the next: DON'T, 1,000. */
function joins(text: string, partFrom: number, at: number): boolean {
  const code = text.charCodeAt(at)
  if (code === comma) return isGrouping(text, partFrom, at)
  if (asciiKinds[code] !== quote) return false
  const next = asciiKinds[text.charCodeAt(at + 1)]
  return next === alphabetic || next === digit
}

/** A comma between thousands: one to three digits before, three and no fourth after. */
function isGrouping(text: string, partFrom: number, at: number): boolean {
  if (at - partFrom > 3) return false
  for (let i = partFrom; i < at; i++) if (!isDigit(text, i)) return false
  return (
    isDigit(text, at + 1) &&
    isDigit(text, at + 2) &&
    isDigit(text, at + 3) &&
    !isDigit(text, at + 4)
  )
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 0x30 && code <= 0x39
}

function tokenizeUnicode(text: string): Tokens {
  const terms: string[] = []
  const offsets: number[] = []
  let at = 0
  while (at < text.length) {
    const code = text.codePointAt(at) ?? 0
    const { kind } = fold(code)
    if (kind === letter) at = takeWord(text, at, terms, offsets)
    else if (kind === ideograph) at = takeIdeographs(text, at, terms, offsets)
    else at += unitsOf(code)
  }
  return { terms, offsets }
}

function takeWord(text: string, from: number, terms: string[], offsets: number[]): number {
  let term = ''
  let at = from
  let partFrom = from
  let to = from
  while (at < text.length) {
    const code = text.codePointAt(at) ?? 0
    const { kind, text: folded } = fold(code)
    const next = at + unitsOf(code)
    if (kind === letter || kind === silent) {
      term += folded
      to = next
    } else if (kind === apostrophe) {
      if (next >= text.length || fold(text.codePointAt(next) ?? 0).kind !== letter) break
      partFrom = next
    } else if (code === comma && isGrouping(text, partFrom, at)) {
      partFrom = next
    } else {
      break
    }
    at = next
  }
  terms.push(term)
  offsets.push(from, to)
  return at
}

/**
 * A run of characters without spaces gives one token a character, which stands for that character and
 * carries the next one too: 日本語 is 日本, 本語, 語. So every character is somewhere the beginning of a
 * term, and a term is seldom enough for an index.
 */
function takeIdeographs(text: string, from: number, terms: string[], offsets: number[]): number {
  const characters: string[] = []
  let at = from
  while (at < text.length) {
    const code = text.codePointAt(at) ?? 0
    const { kind, text: folded } = fold(code)
    const next = at + unitsOf(code)
    if (kind === ideograph) {
      characters.push(folded)
      offsets.push(at, next)
    } else if (kind === silent) {
      const last = characters.length - 1
      characters[last] = ((characters[last] ?? '') + folded).normalize('NFC')
      offsets[offsets.length - 1] = next
    } else {
      break
    }
    at = next
  }
  characters.forEach((character, n) => terms.push(character + (characters[n + 1] ?? '')))
  return at
}

function unitsOf(codePoint: number): number {
  return codePoint > 0xffff ? 2 : 1
}
