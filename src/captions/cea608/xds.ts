/** A packet holds at most 32 informational bytes, beside its class and type. */
const maxPacketBytes = 34
/** Packets begun and interrupted; encoders interleave two or three. */
const maxOpenPackets = 16

/** A whole packet whose checksum is right. `data` is without class, type, end and checksum. */
export type XdsHandler = (xdsClass: number, type: number, data: number[], atMs: number) => void

/**
 * Extended Data Services (CTA-608-E section 9): packets of field 2, which captions and other packets may
 * interrupt and which go on after a continue code.
 */
export class XdsPackets {
  readonly #handle: XdsHandler
  readonly #open = new Map<number, number[]>()
  #current: number[] | null = null
  #key = 0
  #rejected = 0

  constructor(handle: XdsHandler) {
    this.#handle = handle
  }

  /** Packets dropped for a wrong checksum or a wrong form. */
  get rejected(): number {
    return this.#rejected
  }

  pair(hi: number, lo: number, atMs: number): void {
    if (hi === 0x0f) {
      this.#close(lo, atMs)
      return
    }
    if (hi > 0 && hi < 0x0f) {
      this.#select(hi, lo)
      return
    }
    if (this.#current === null) return
    this.#append(hi, lo)
  }

  #select(hi: number, lo: number): void {
    // Class 1 starts with 01 and goes on with 02, class 3 with 03 and 04, and so on.
    const isStart = (hi & 1) === 1
    const start = isStart ? hi : hi - 1
    this.#key = (start << 8) | lo
    if (!isStart) {
      this.#current = this.#open.get(this.#key) ?? null
      return
    }
    if (this.#open.size >= maxOpenPackets) this.#open.clear()
    this.#current = [start, lo]
    this.#open.set(this.#key, this.#current)
  }

  #append(hi: number, lo: number): void {
    const packet = this.#current
    if (packet === null) return
    if (packet.length >= maxPacketBytes || (lo > 0 && lo < 0x20)) {
      this.#drop()
      this.#rejected++
      return
    }
    packet.push(hi, lo)
  }

  #drop(): void {
    this.#open.delete(this.#key)
    this.#current = null
  }

  #close(checksum: number, atMs: number): void {
    const packet = this.#current
    if (packet === null) return
    this.#drop()
    let sum = 0x0f + checksum
    for (const byte of packet) sum += byte
    if ((sum & 0x7f) !== 0) {
      this.#rejected++
      return
    }
    const [xdsClass = 0, type = 0, ...data] = packet
    this.#handle(xdsClass, type, data, atMs)
  }
}
