import { joinBytes } from '../join-bytes.ts'
import { countFault } from '../faults.ts'

/** One line as it was written, with its end. */
export interface RawLine {
  readonly text: string
  readonly original: Uint8Array
  /** What it follows: a NUL may stand inside a line as well as behind it. */
  readonly after: 'line' | 'nul'
}

/** A caption has fifteen rows of 42 columns; longer than this is no line of a transcript. */
const longestLine = 16 * 1024
const lineFeed = 0x0a
/** Written to stdout, wherever it is, by a ccextractor that is asked to end. */
const notice = /Received SIGTERM, terminating as soon as possible\.?/g
const byteOrderMark = /^\uFEFF/
/** What no text is meant to hold. */
const controls = /[\u0001-\u001f\u007f]/g

/** Lines out of bytes of any chunking: LF, CRLF or NUL at their ends, UTF-8 or, where a line is not, Windows-1252. */
export class RawLines {
  readonly #faults: Record<string, number>
  #parts: Uint8Array[] = []
  #size = 0
  #after: RawLine['after'] = 'line'
  #isTooLong = false
  readonly #unicode = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  readonly #western = new TextDecoder('windows-1252')

  constructor(faults: Record<string, number>) {
    this.#faults = faults
  }

  push(chunk: Uint8Array): RawLine[] {
    const lines: RawLine[] = []
    let from = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]
      const isEnd = byte === lineFeed || byte === 0
      const isTooLong = !isEnd && this.#size + at + 1 - from >= longestLine
      if (!isEnd && !isTooLong) continue
      this.#keep(chunk.subarray(from, at + 1))
      // What is no text must not wait for its end.
      this.#isTooLong ||= isTooLong
      lines.push(this.#take(byte === 0 ? 'nul' : 'line'))
      this.#isTooLong = isTooLong
      from = at + 1
    }
    this.#keep(chunk.subarray(from))
    return lines
  }

  end(): RawLine[] {
    return this.#size === 0 ? [] : [this.#take('line')]
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#parts.push(bytes)
    this.#size += bytes.length
  }

  #take(ending: RawLine['after']): RawLine {
    const original = joinBytes(this.#parts)
    const isTooLong = this.#isTooLong
    const after = this.#after
    this.#parts = []
    this.#size = 0
    this.#after = ending
    this.#isTooLong = false
    if (!isTooLong) return { text: this.#decode(original), original, after }
    countFault(this.#faults, 'long-line')
    return { text: '', original, after }
  }

  #decode(bytes: Uint8Array): string {
    let text: string
    try {
      text = this.#unicode.decode(bytes)
    } catch {
      // --latin1.
      text = this.#western.decode(bytes)
    }
    return text
      .replace(byteOrderMark, '')
      .replaceAll('\u0000', '')
      .replace(notice, '')
      .replace(controls, '')
  }
}
