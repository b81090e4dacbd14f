/** A line of a byte stream, or the fact that one was longer than allowed. */
export type Line =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly code: 'line-too-long' }

const lineFeed = 10
const carriageReturn = 13

/**
 * Cuts a byte stream into lines, whatever its chunks. Empty lines are passed over. A line over
 * `maxBytes` is reported as soon as that is known, and is never held in memory; nothing follows it.
 */
export class LineDecoder {
  readonly #maxBytes: number
  readonly #text = new TextDecoder('utf-8')
  #parts: Uint8Array[] = []
  #size = 0
  #dead = false

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = []
    let from = 0
    while (!this.#dead && from < chunk.length) {
      const at = chunk.indexOf(lineFeed, from)
      const part = chunk.subarray(from, at === -1 ? chunk.length : at)
      if (this.#size + part.length > this.#maxBytes) {
        this.#dead = true
        this.#parts = []
        lines.push({ ok: false, code: 'line-too-long' })
        break
      }
      if (at === -1) {
        // The caller may reuse its buffer.
        this.#parts.push(part.slice())
        this.#size += part.length
        break
      }
      this.#finish(part, lines)
      from = at + 1
    }
    return lines
  }

  /** The rest after the last line feed, as a line of its own. */
  end(): Line[] {
    const lines: Line[] = []
    if (!this.#dead) this.#finish(new Uint8Array(0), lines)
    return lines
  }

  #finish(last: Uint8Array, lines: Line[]): void {
    let bytes = last
    if (this.#parts.length > 0) {
      bytes = new Uint8Array(this.#size + last.length)
      let at = 0
      for (const part of [...this.#parts, last]) {
        bytes.set(part, at)
        at += part.length
      }
      this.#parts = []
      this.#size = 0
    }
    if (bytes.at(-1) === carriageReturn) bytes = bytes.subarray(0, -1)
    if (bytes.length > 0) lines.push({ ok: true, text: this.#text.decode(bytes) })
  }
}
