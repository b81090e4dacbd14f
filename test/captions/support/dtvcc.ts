import type { CaptionGroup } from '../../../src/captions/caption-group.ts'

const frameMs = 1001 / 30
const startOfPacket = 0xff
const moreOfPacket = 0xfe
const longestBlock = 31

export interface WindowOptions {
  readonly rows?: number
  readonly columns?: number
  readonly isVisible?: boolean
  /** 0 … 74, from the top. */
  readonly vertical?: number
  readonly horizontal?: number
  readonly style?: number
}

/** Codes of one service, one after the other: everything said where it is meant. */
export class Codes {
  /** What has to stand in one block. */
  readonly parts: number[][] = []

  get bytes(): number[] {
    return this.parts.flat()
  }

  raw(...bytes: number[]): this {
    this.parts.push(bytes)
    return this
  }

  define(id: number, options: WindowOptions = {}): this {
    const { rows = 2, columns = 32, isVisible = false, vertical = 60, horizontal = 20 } = options
    const { style = 1 } = options
    return this.raw(
      ...[0x98 + id, isVisible ? 0x38 : 0x18, vertical, horizontal],
      ...[rows - 1, columns - 1, (style << 3) | 1],
    )
  }

  choose(id: number): this {
    return this.raw(0x80 + id)
  }

  clear(...ids: number[]): this {
    return this.raw(0x88, mask(ids))
  }

  show(...ids: number[]): this {
    return this.raw(0x89, mask(ids))
  }

  hide(...ids: number[]): this {
    return this.raw(0x8a, mask(ids))
  }

  toggle(...ids: number[]): this {
    return this.raw(0x8b, mask(ids))
  }

  remove(...ids: number[]): this {
    return this.raw(0x8c, mask(ids))
  }

  /** Tenths of a second. */
  delay(tenths: number): this {
    return this.raw(0x8d, tenths)
  }

  cancelDelay(): this {
    return this.raw(0x8e)
  }

  reset(): this {
    return this.raw(0x8f)
  }

  pen(row: number, column: number): this {
    return this.raw(0x92, row, column)
  }

  penTag(tag: number): this {
    return this.raw(0x90, (tag << 4) | 5, 0)
  }

  /** Directions of print and scroll as the standard numbers them. */
  attributes(print: number, scroll: number, wraps = false): this {
    return this.raw(0x97, 0, 0, (wraps ? 0x40 : 0) | (print << 4) | (scroll << 2), 0)
  }

  text(text: string): this {
    for (const letter of text) this.raw(letter.charCodeAt(0))
    return this
  }

  wide(...units: number[]): this {
    for (const unit of units) this.raw(0x18, unit >> 8, unit & 0xff)
    return this
  }

  extended(code: number): this {
    return this.raw(0x10, code)
  }

  carriageReturn(): this {
    return this.raw(0x0d)
  }
}

/** Puts codes into service blocks and packets, one packet a frame. */
export class Dtvcc {
  readonly groups: CaptionGroup[] = []
  #sequence = 0
  #atMs = 1000

  get nowMs(): number {
    return Math.round(this.#atMs)
  }

  /** Codes of a service, in as many packets as they need; `write` makes them. */
  send(service: number, write: (codes: Codes) => unknown): this {
    const codes = new Codes()
    write(codes)
    let bytes: number[] = []
    for (const part of codes.parts) {
      if (bytes.length + part.length > longestBlock) {
        this.packet(block(service, bytes))
        bytes = []
      }
      bytes.push(...part)
    }
    return this.packet(block(service, bytes))
  }

  /** One packet of whole blocks. */
  packet(body: readonly number[], lost = 0): this {
    const code = Math.ceil((body.length + 1) / 2)
    const bytes = [((this.#sequence & 3) << 6) | (code & 0x3f), ...body]
    this.#sequence++
    while (bytes.length < code * 2) bytes.push(0)
    bytes.length = Math.max(2, bytes.length - lost)
    const triplets: number[] = []
    for (let at = 0; at < bytes.length; at += 2)
      triplets.push(at === 0 ? startOfPacket : moreOfPacket, bytes[at] ?? 0, bytes[at + 1] ?? 0)
    return this.group(triplets)
  }

  group(triplets: readonly number[]): this {
    this.groups.push({ fts: this.nowMs, triplets: Uint8Array.from(triplets) })
    this.#atMs += frameMs
    return this
  }

  /** The next packet got lost on its way. */
  skipSequence(): this {
    this.#sequence++
    return this
  }

  wait(ms: number): this {
    this.#atMs += ms
    return this
  }
}

export function block(service: number, bytes: readonly number[]): number[] {
  if (service < 7) return [(service << 5) | bytes.length, ...bytes]
  return [0xe0 | bytes.length, service, ...bytes]
}

function mask(ids: readonly number[]): number {
  return ids.reduce((bits, id) => bits | (1 << id), 0)
}
