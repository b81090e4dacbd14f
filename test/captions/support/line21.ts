import type { CaptionGroup } from '../../../src/captions/caption-group.ts'

const frameMs = 1001 / 30
const rowCodes = [
  [0x11, 0x40],
  [0x11, 0x60],
  [0x12, 0x40],
  [0x12, 0x60],
  [0x15, 0x40],
  [0x15, 0x60],
  [0x16, 0x40],
  [0x16, 0x60],
  [0x17, 0x40],
  [0x17, 0x60],
  [0x10, 0x40],
  [0x13, 0x40],
  [0x13, 0x60],
  [0x14, 0x40],
  [0x14, 0x60],
] as const
const commands = {
  RCL: 0x20,
  BS: 0x21,
  DER: 0x24,
  RU2: 0x25,
  RU3: 0x26,
  RU4: 0x27,
  FON: 0x28,
  RDC: 0x29,
  TR: 0x2a,
  RTD: 0x2b,
  EDM: 0x2c,
  CR: 0x2d,
  ENM: 0x2e,
  EOC: 0x2f,
} as const

export type Command = keyof typeof commands

export function withParity(byte: number): number {
  let ones = 0
  for (let bit = 0; bit < 7; bit++) ones += (byte >> bit) & 1
  return ones % 2 === 1 ? byte : byte | 0x80
}

/** Writes byte pairs of one field, one a frame, for tests: everything said where it is meant. */
export class Line21 {
  readonly groups: CaptionGroup[] = []
  readonly #flags: number
  #atMs = 1000
  /** 0 for CC1 and CC3, 8 for CC2 and CC4. */
  channelBit = 0

  constructor(field: 1 | 2 = 1) {
    this.#flags = field === 1 ? 0xfc : 0xfd
  }

  get nowMs(): number {
    return Math.round(this.#atMs)
  }

  raw(first: number, second: number): this {
    this.groups.push({
      fts: Math.round(this.#atMs),
      triplets: Uint8Array.of(this.#flags, first, second),
    })
    this.#atMs += frameMs
    return this
  }

  pair(first: number, second: number): this {
    return this.raw(withParity(first), withParity(second))
  }

  /** A code sent twice, as it should be. */
  twice(first: number, second: number): this {
    return this.pair(first | this.channelBit, second).pair(first | this.channelBit, second)
  }

  send(...names: Command[]): this {
    for (const name of names) this.twice(0x14, commands[name])
    return this
  }

  once(name: Command): this {
    return this.pair(0x14 | this.channelBit, commands[name])
  }

  /** Row 1 … 15, indent a multiple of 4. */
  at(row: number, indent = 0): this {
    const [first, second] = rowCodes[row - 1] ?? rowCodes[14]
    return this.twice(first, second | 0x10 | ((indent / 4) << 1))
  }

  text(text: string): this {
    for (let i = 0; i < text.length; i += 2) {
      this.pair(text.charCodeAt(i), i + 1 < text.length ? text.charCodeAt(i + 1) : 0)
    }
    return this
  }

  wait(ms: number): this {
    this.#atMs += ms
    return this
  }
}
