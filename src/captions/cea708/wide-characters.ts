/** Both bytes of a double-byte code of KS X 1001 in EUC-KR. */
const firstOfKsX1001 = 0xa1
const lastOfKsX1001 = 0xfe
const replacement = 0xfffd

/**
 * What a service sends by P16. CTA-708 leaves the set of 16-bit codes open: Korean broadcasters send KS X 1001 (as
 * EUC-KR, or as Unicode), all others Unicode. One code that can be no EUC-KR proves Unicode, for that code and for
 * all that follow.
 */
export class WideCharacters {
  readonly #ksX1001 = new TextDecoder('euc-kr', { fatal: true })
  readonly #pair = new Uint8Array(2)
  #isUnicode = false

  /** Looks at a code before any of its block is shown, so that the first characters are read right too. */
  see(first: number, second: number): void {
    if (!this.#isUnicode && !isPair(first, second) && first >= firstOfKsX1001)
      this.#isUnicode = true
  }

  /** UTF-16 code unit. */
  read(first: number, second: number): number {
    if (this.#isUnicode || !isPair(first, second)) return (first << 8) | second
    this.#pair[0] = first
    this.#pair[1] = second
    try {
      return this.#ksX1001.decode(this.#pair).charCodeAt(0)
    } catch {
      // A code that KS X 1001 leaves free.
      return replacement
    }
  }
}

function isPair(first: number, second: number): boolean {
  return isOfKsX1001(first) && isOfKsX1001(second)
}

function isOfKsX1001(byte: number): boolean {
  return byte >= firstOfKsX1001 && byte <= lastOfKsX1001
}
