import { hasOddParity } from '../cea608/parity.ts'

/**
 * The caption blocks of one picture, kept as CCExtractor keeps them in its BIN (ccx_decoders_common.c), so that
 * ours can be compared with it byte by byte: unused blocks and line 21 padding go, a line 21 pair whose second
 * byte is damaged goes, a damaged first byte becomes 7F.
 */
export class CcBuffer {
  #bytes = new Uint8Array(31 * 3)
  #length = 0

  get isEmpty(): boolean {
    return this.#length === 0
  }

  append(flags: number, first: number, second: number): void {
    if ((flags & 4) === 0) return
    let kept = first
    if ((flags & 2) === 0) {
      if (!hasOddParity(second)) return
      if (!hasOddParity(first)) kept = 0x7f
      if (flags >= 0xf8 && (kept & 0x7f) === 0 && (second & 0x7f) === 0) return
    }
    if (this.#length + 3 > this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2)
      grown.set(this.#bytes)
      this.#bytes = grown
    }
    this.#bytes[this.#length++] = flags
    this.#bytes[this.#length++] = kept
    this.#bytes[this.#length++] = second
  }

  clear(): void {
    this.#length = 0
  }

  /** The blocks, without padding at the end, which other markers than ones let through; empties the buffer. */
  take(): Uint8Array {
    while (this.#length >= 3 && this.#isPadding(this.#length - 3)) this.#length -= 3
    const taken = this.#bytes.slice(0, this.#length)
    this.#length = 0
    return taken
  }

  #isPadding(at: number): boolean {
    const isLine21 = ((this.#bytes[at] ?? 0) & 2) === 0
    return isLine21 && this.#bytes[at + 1] === 0x80 && this.#bytes[at + 2] === 0x80
  }
}
