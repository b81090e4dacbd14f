import { countFault } from '../faults.ts'

/** One service block: `bytes[from]` to before `to` are codes of the service's own stream. */
export type BlockHandler = (service: number, bytes: Uint8Array, from: number, to: number) => void

const longestPacket = 128
const extendedService = 7
const sequenceModulus = 4

/** Collects caption channel packets (CTA-708-E section 5) from the pairs of cc_type 3 and 2, and opens them. */
export class CaptionPackets {
  readonly #handle: BlockHandler
  readonly #faults: Record<string, number>
  readonly #bytes = new Uint8Array(longestPacket)
  #length = 0
  /** Bytes that the open packet says it has; 0 while none is open. */
  #need = 0
  #sequence = -1

  constructor(handle: BlockHandler, faults: Record<string, number>) {
    this.#handle = handle
    this.#faults = faults
  }

  /** A pair of cc_type 3: its first byte is a packet's header. */
  start(first: number, second: number): void {
    this.flush()
    const sequence = first >> 6
    const expected = (this.#sequence + 1) % sequenceModulus
    if (this.#sequence >= 0 && sequence !== expected)
      countFault(
        this.#faults,
        'cc708-lost-packets',
        (sequence - expected + sequenceModulus) % sequenceModulus,
      )
    this.#sequence = sequence
    const size = first & 0x3f
    this.#need = size === 0 ? longestPacket : size * 2
    this.#bytes[0] = first
    this.#bytes[1] = second
    this.#length = 2
    if (this.#length >= this.#need) this.flush()
  }

  /** A pair of cc_type 2; what follows a whole packet is padding. */
  more(first: number, second: number): void {
    if (this.#need === 0) return
    this.#bytes[this.#length++] = first
    this.#bytes[this.#length++] = second
    if (this.#length >= this.#need) this.flush()
  }

  /**
   * Hands out what the open packet holds. Encoders count padding that they never send, and pictures get lost: what came of
   * a packet is good also where its end did not come.
   */
  flush(): void {
    const length = Math.min(this.#length, this.#need)
    if (this.#need === 0) return
    const isWhole = this.#length >= this.#need
    this.#need = 0
    let at = 1
    while (at < length) {
      const head = this.#bytes[at++] ?? 0
      let service = head >> 5
      // Service 0 is padding to the end.
      if (service === 0) return
      const size = head & 0x1f
      if (service === extendedService && size > 0) service = (this.#bytes[at++] ?? 0) & 0x3f
      const isKnown = service > 0 && (head >> 5 < extendedService || service >= extendedService)
      const end = at + size
      if (!isKnown || (end > length && isWhole)) {
        countFault(this.#faults, 'cc708-bad-block')
        return
      }
      if (end > length) countFault(this.#faults, 'cc708-cut-packet')
      if (size > 0 && at < length) this.#handle(service, this.#bytes, at, Math.min(end, length))
      at = end
    }
  }
}
