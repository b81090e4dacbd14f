import { countFault } from './faults.ts'

/** Longest line of a caption file; a longer one is no caption file's. */
const maxLineUnits = 64 * 1024

/** Lines of text (LF, CRLF or CR) out of bytes of any chunking; what is no UTF-8 becomes U+FFFD. */
export class TextLines {
  readonly #decoder = new TextDecoder()
  readonly #faults: Record<string, number>
  #rest = ''
  #skipping = false

  constructor(faults: Record<string, number>) {
    this.#faults = faults
  }

  push(chunk: Uint8Array): string[] {
    return this.#split(this.#decoder.decode(chunk, { stream: true }))
  }

  end(): string[] {
    const lines = this.#split(this.#decoder.decode())
    if (this.#rest !== '' && !this.#skipping) lines.push(this.#rest)
    this.#rest = ''
    return lines
  }

  #split(text: string): string[] {
    const parts = (this.#rest + text).split(/[\r\n]/)
    this.#rest = parts.pop() ?? ''
    if (this.#skipping && parts.length > 0) {
      parts.shift()
      this.#skipping = false
    }
    if (this.#skipping || this.#rest.length > maxLineUnits) {
      if (!this.#skipping) countFault(this.#faults, 'long-line')
      this.#skipping = true
      this.#rest = ''
    }
    return parts.filter((line) => line.length > 0 && line.length <= maxLineUnits)
  }
}
