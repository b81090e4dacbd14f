const maxSectionBytes = 4096

/** A whole section whose CRC is right. */
export type SectionHandler = (section: Uint8Array) => void

/** DVB's time and date table has no CRC, and is no longer than this. */
const timeAndDate = 0x70
const timeAndDateBytes = 8

/** Collects the sections of one PID from its packets. */
export class SectionCollector {
  readonly #bytes = new Uint8Array(maxSectionBytes)
  readonly #handle: SectionHandler
  readonly #isWanted: (section: Uint8Array) => boolean
  #length = 0
  #collecting = false
  #rejected = 0

  /** `isWanted` is asked before the CRC is looked at, where many sections come for others, or again and again. */
  constructor(handle: SectionHandler, isWanted: (section: Uint8Array) => boolean = () => true) {
    this.#handle = handle
    this.#isWanted = isWanted
  }

  get rejected(): number {
    return this.#rejected
  }

  /** The payload of one packet; `begins` is its payload_unit_start_indicator. */
  push(bytes: Uint8Array, from: number, to: number, begins: boolean): void {
    if (!begins) {
      this.#append(bytes, from, to)
      return
    }
    const first = from + 1 + (bytes[from] ?? 0)
    if (first > to) {
      this.reset()
      return
    }
    this.#append(bytes, from + 1, first)
    this.#length = 0
    this.#collecting = true
    this.#append(bytes, first, to)
  }

  /** A packet was lost: what was collected is incomplete. */
  reset(): void {
    this.#length = 0
    this.#collecting = false
  }

  #append(bytes: Uint8Array, from: number, to: number): void {
    if (!this.#collecting) return
    for (let i = from; i < to; i++) {
      // Stuffing fills the rest of the packet after a section.
      if (this.#length === 0 && bytes[i] === 0xff) {
        this.#collecting = false
        return
      }
      this.#bytes[this.#length++] = bytes[i] ?? 0
      if (this.#length < 3) continue
      const need = 3 + ((((this.#bytes[1] ?? 0) & 0x0f) << 8) | (this.#bytes[2] ?? 0))
      if (need > maxSectionBytes) {
        this.reset()
        return
      }
      if (this.#length === need) this.#finish()
    }
  }

  #finish(): void {
    const section = this.#bytes.slice(0, this.#length)
    this.#length = 0
    if (!this.#isWanted(section)) return
    const isBare = section[0] === timeAndDate && section.length === timeAndDateBytes
    if (isBare || (section.length >= 12 && crc32(section) === 0)) this.#handle(section)
    else this.#rejected++
  }
}

/** CRC-32/MPEG-2: zero over a section with its CRC. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte << 24
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1
  }
  return crc >>> 0
}
