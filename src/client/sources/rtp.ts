/** Order and header of RTP packets that carry a transport stream: RFC 3550, RFC 2250. */

/** Packets that are held for one that is missing: a tenth of a second of a fast stream, a second of a slow one. */
const mostHeld = 64
const fixedHeader = 12
/** Numbers of packets are 16 bits and begin again. */
const numbers = 0x1_0000

export interface RtpPacket {
  readonly number: number
  /** Of whoever sends: another one is another stream. */
  readonly source: number
  readonly payload: Uint8Array
}

/** Undefined for what is no RTP packet. */
export function parseRtp(bytes: Uint8Array): RtpPacket | undefined {
  if (bytes.length < fixedHeader) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const first = view.getUint8(0)
  if (first >> 6 !== 2) return undefined
  let begin = fixedHeader + 4 * (first & 0x0f)
  if ((first & 0x10) !== 0) {
    if (bytes.length < begin + 4) return undefined
    begin += 4 + 4 * view.getUint16(begin + 2)
  }
  const padding = (first & 0x20) === 0 ? 0 : view.getUint8(bytes.length - 1)
  const end = bytes.length - padding
  if (begin > end) return undefined
  return {
    number: view.getUint16(2),
    source: view.getUint32(8),
    payload: bytes.subarray(begin, end),
  }
}

/** Puts packets in order, each once; one that does not come is given up when enough others have. */
export class RtpOrder {
  #next: number | undefined
  #source: number | undefined
  readonly #held = new Map<number, Uint8Array>()
  #lost = 0

  /** Packets that never came. */
  get lost(): number {
    return this.#lost
  }

  push({ number, source, payload }: RtpPacket): Uint8Array[] {
    if (source !== this.#source) {
      this.#source = source
      this.#next = number
      this.#held.clear()
    }
    const next = this.#next ?? number
    const ahead = (number - next + numbers) % numbers
    // Behind: it came already, or was given up. Far behind: the sender began to count anew.
    if (ahead >= numbers / 2 && ahead < numbers - mostHeld) {
      this.#held.clear()
      this.#next = number
    } else if (ahead >= numbers / 2) return []
    this.#held.set(number, payload)
    return this.#take()
  }

  #take(): Uint8Array[] {
    const ready: Uint8Array[] = []
    for (;;) {
      const next = this.#next ?? 0
      const payload = this.#held.get(next)
      if (payload !== undefined) {
        this.#held.delete(next)
        ready.push(payload)
      } else if (this.#held.size < mostHeld) return ready
      else this.#lost++
      this.#next = (next + 1) % numbers
    }
  }
}
