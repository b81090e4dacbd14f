/** Numbers as the index keeps them: seven bits a byte, the lowest first, the top bit set on all but the last. */

export class ByteWriter {
  #bytes = new Uint8Array(256)
  #length = 0

  /** 0 ≤ value < 2^53. */
  unsigned(value: number): void {
    if (this.#length + 8 > this.#bytes.length) this.#grow()
    let rest = value
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.#bytes[this.#length++] = rest
  }

  /** |value| < 2^52. */
  signed(value: number): void {
    this.unsigned(value < 0 ? -value * 2 - 1 : value * 2)
  }

  /** A copy of what was written. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  #grow(): void {
    const bytes = new Uint8Array(this.#bytes.length * 2)
    bytes.set(this.#bytes)
    this.#bytes = bytes
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** How many bytes are read. */
  get at(): number {
    return this.#at
  }

  /** Throws at the end of the bytes: only a damaged index runs over it. */
  unsigned(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw new RangeError('a part of the search index ends too early')
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 0x80
    }
  }

  signed(): number {
    const value = this.unsigned()
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2
  }
}

/** Ascending numbers as their count and the steps between them. */
export function encodeAscending(values: ArrayLike<number>): Uint8Array {
  const bytes = new ByteWriter()
  bytes.unsigned(values.length)
  let before = 0
  for (let n = 0; n < values.length; n++) {
    const value = values[n] ?? 0
    bytes.unsigned(value - before)
    before = value
  }
  return bytes.take()
}

/** The inverse, written out because it is where a search of common words spends its time. */
export function decodeAscending(bytes: Uint8Array): Int32Array {
  const { length } = bytes
  let at = 0
  const next = (): number => {
    let value = 0
    let shift = 0
    let byte
    do {
      byte = bytes[at++] ?? 0
      value |= (byte & 0x7f) << shift
      shift += 7
    } while (byte >= 0x80)
    return value
  }
  const count = next()
  if (count > length) throw new RangeError('a part of the search index is damaged')
  const values = new Int32Array(count)
  let value = 0
  for (let n = 0; n < count; n++) {
    let byte = bytes[at++] ?? 0
    if (byte < 0x80) {
      value += byte
    } else {
      let step = byte & 0x7f
      let shift = 7
      do {
        byte = bytes[at++] ?? 0
        step |= (byte & 0x7f) << shift
        shift += 7
      } while (byte >= 0x80)
      value += step
    }
    values[n] = value
  }
  if (at > length) throw new RangeError('a part of the search index ends too early')
  return values
}
