/** Larger units than this carry no captions: 31 blocks and their wrapping are under 120 bytes, SEI units under some kilobytes. */
const maxUnitBytes = 16 * 1024

export interface UnitHandler {
  /** A unit begins with this byte after 00 00 01; answer how many of its bytes are wanted (this one included), at most. */
  begin(code: number): number
  /** What was wanted of the unit, or all of it where it is shorter; the bytes change after the call. */
  unit(bytes: Uint8Array, length: number): void
}

/**
 * Cuts a video elementary stream at its start codes, whatever packets it came in, and copies only the units its
 * handler asks for: of the pictures themselves no byte is copied.
 */
export class StartCodes {
  readonly #handler: UnitHandler
  readonly #unit = new Uint8Array(maxUnitBytes)
  /** Zero bytes just seen, at most 2. */
  #zeros = 0
  /** The last byte seen completed 00 00 01. */
  #atCode = false
  #length = 0
  #wanted = 0

  constructor(handler: UnitHandler) {
    this.#handler = handler
  }

  push(bytes: Uint8Array, from: number, to: number): void {
    let at = from
    while (at < to) {
      if (this.#atCode) {
        this.#begin(bytes[at] ?? 0)
        at++
      } else if (this.#wanted > 0) {
        at = this.#copy(bytes, at, to)
      } else {
        at = this.#skip(bytes, at, to)
      }
    }
  }

  /** Bytes are missing: what was being copied is void. */
  reset(): void {
    this.#zeros = 0
    this.#atCode = false
    this.#wanted = 0
  }

  /** Nothing follows: hands out the unit at hand. */
  end(): void {
    this.#deliver()
    this.reset()
  }

  #begin(code: number): void {
    this.#atCode = false
    this.#zeros = code === 0 ? 1 : 0
    this.#wanted = Math.min(maxUnitBytes, this.#handler.begin(code))
    this.#unit[0] = code
    this.#length = 1
    if (this.#wanted === 1) this.#deliver()
  }

  #deliver(): void {
    if (this.#wanted > 0) this.#handler.unit(this.#unit, Math.min(this.#length, this.#wanted))
    this.#wanted = 0
  }

  /** Looks for the next start code; returns the place after what was looked at. */
  #skip(bytes: Uint8Array, from: number, to: number): number {
    let zeros = this.#zeros
    for (let at = from; at < to; at++) {
      const byte = bytes[at]
      if (byte === 0) {
        if (zeros < 2) zeros++
      } else if (byte === 1 && zeros === 2) {
        this.#zeros = 0
        this.#atCode = true
        return at + 1
      } else {
        zeros = 0
        // Two bytes at a time until something can be the beginning of a start code.
        while (at + 2 < to && bytes[at + 2] !== 0 && bytes[at + 1] !== 0) at += 2
      }
    }
    this.#zeros = zeros
    return to
  }

  #copy(bytes: Uint8Array, from: number, to: number): number {
    for (let at = from; at < to; at++) {
      const byte = bytes[at] ?? 0
      if (byte === 1 && this.#zeros === 2) {
        // The zeros before the start code were taken for the unit's.
        this.#length -= 2
        this.#zeros = 0
        this.#deliver()
        this.#atCode = true
        return at + 1
      }
      this.#zeros = byte === 0 ? Math.min(2, this.#zeros + 1) : 0
      this.#unit[this.#length++] = byte
      // Two more than wanted, so that zeros of a start code can be taken back.
      if (this.#length >= this.#wanted + 2 || this.#length >= maxUnitBytes) {
        this.#deliver()
        return at + 1
      }
    }
    return to
  }
}
