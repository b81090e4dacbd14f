import type { Stamps } from './pictures.ts'

/** A PES header is 9 bytes and up to 255 more. */
const maxHeaderBytes = 264

export interface PesHandler {
  stamp(stamps: Stamps): void
  push(bytes: Uint8Array, from: number, to: number): void
}

/** Takes the headers off the PES packets of one video PID and hands on what is in them, as it comes. */
export class PesPackets {
  readonly #handler: PesHandler
  readonly #header = new Uint8Array(maxHeaderBytes)
  /** Bytes of the header collected; -1 while in the body or before the first packet. */
  #collected = -1
  #started = false
  #damaged = 0

  constructor(handler: PesHandler) {
    this.#handler = handler
  }

  /** Packets that did not begin as PES packets do. */
  get damaged(): number {
    return this.#damaged
  }

  push(bytes: Uint8Array, from: number, to: number, begins: boolean): void {
    let at = from
    if (begins) {
      this.#collected = 0
      this.#started = true
    }
    if (this.#collected >= 0) at = this.#collect(bytes, from, to)
    if (this.#started && at < to) this.#handler.push(bytes, at, to)
  }

  /** Bytes of the stream were lost. */
  lost(): void {
    if (this.#collected >= 0) this.#started = false
    this.#collected = -1
  }

  #collect(bytes: Uint8Array, from: number, to: number): number {
    for (let at = from; at < to; at++) {
      this.#header[this.#collected++] = bytes[at] ?? 0
      if (this.#collected < 9) continue
      if (this.#collected < 9 + (this.#header[8] ?? 0)) continue
      this.#collected = -1
      this.#read()
      return this.#started ? at + 1 : to
    }
    return to
  }

  #read(): void {
    const header = this.#header
    if (
      header[0] !== 0 ||
      header[1] !== 0 ||
      header[2] !== 1 ||
      ((header[6] ?? 0) & 0xc0) !== 0x80
    ) {
      this.#damaged++
      this.#started = false
      return
    }
    const flags = (header[7] ?? 0) >> 6
    if (flags < 2 || (header[8] ?? 0) < 5) return
    const pts = readStamp(header, 9)
    const hasDts = flags === 3 && (header[8] ?? 0) >= 10
    this.#handler.stamp({ pts, dts: hasDts ? readStamp(header, 14) : pts })
  }
}

function readStamp(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) >> 1) & 7) * 2 ** 30 +
    (bytes[at + 1] ?? 0) * 2 ** 22 +
    ((bytes[at + 2] ?? 0) >> 1) * 2 ** 15 +
    (bytes[at + 3] ?? 0) * 2 ** 7 +
    ((bytes[at + 4] ?? 0) >> 1)
  )
}
