import { ByteQueue } from '../byte-queue.ts'
import { countFault } from '../faults.ts'

const syncByte = 0x47
export const packetBytes = 188
/** Plain; with a 4-byte arrival time before each packet (M2TS); with 16 bytes of Reed-Solomon code after it. */
const strides = [188, 192, 204] as const
/** So many sync bytes at one distance are no accident: garbage passes once in 10^12 places. */
const probePackets = 5
const probeBytes = (probePackets - 1) * 204 + 1

/** Called for every packet: `bytes[at]` is the sync byte, 188 bytes are there; they change after the call. */
export type PacketHandler = (bytes: Uint8Array, at: number) => void

/** Finds transport stream packets in bytes of any chunking, and finds them again after damage. */
export class PacketFramer {
  readonly #queue = new ByteQueue()
  readonly #handle: PacketHandler
  readonly #faults: Record<string, number>
  #stride = 0
  #everLocked = false

  constructor(handle: PacketHandler, faults: Record<string, number>) {
    this.#handle = handle
    this.#faults = faults
  }

  push(chunk: Uint8Array): void {
    this.#queue.push(chunk)
    this.#run(false)
  }

  end(): void {
    this.#run(true)
  }

  #run(ended: boolean): void {
    for (;;) {
      if (this.#stride === 0 && !this.#lock(ended)) return
      if (!this.#deliver(ended)) return
    }
  }

  /** Hands out packets while sync bytes stand where they should; false when bytes ran out. */
  #deliver(ended: boolean): boolean {
    const queue = this.#queue
    for (;;) {
      const { length } = queue
      if (length < this.#stride && !(ended && length >= packetBytes)) return false
      if (queue.bytes[queue.start] !== syncByte) {
        countFault(this.#faults, 'ts-sync-lost')
        this.#stride = 0
        return true
      }
      this.#handle(queue.bytes, queue.start)
      queue.drop(Math.min(this.#stride, length))
    }
  }

  #lock(ended: boolean): boolean {
    const queue = this.#queue
    let skipped = 0
    const { bytes, start, length } = queue
    let found = 0
    while (length - skipped >= (ended ? packetBytes : probeBytes)) {
      found = strideAt(bytes, start + skipped, start + length)
      if (found !== 0) break
      skipped++
    }
    queue.drop(skipped)
    // The four bytes before the first packet of an M2TS are no damage.
    const expected = found === 192 && !this.#everLocked ? 4 : 0
    if (skipped > expected) countFault(this.#faults, 'ts-skipped-bytes', skipped)
    if (found === 0) return false
    this.#stride = found
    this.#everLocked = true
    return true
  }
}

/** The stride at which sync bytes follow `at`, as far as bytes reach; 0 for none. */
function strideAt(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] !== syncByte) return 0
  for (const stride of strides) {
    let fits = true
    for (let i = 1; i < probePackets && fits; i++) {
      const next = at + i * stride
      if (next < end) fits = bytes[next] === syncByte
    }
    if (fits) return stride
  }
  return 0
}
