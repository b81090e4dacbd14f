import type { Pair } from '../captions/cea608/encoder.ts'
import type { Frame } from './line21.ts'
import type { Random } from './random.ts'

const packetBytes = 188
const longestGarbage = 400

/** What goes wrong on the way, each as a share of what is sent. */
export interface StreamFaults {
  /** Of packets: they never arrive. */
  readonly dropped?: number
  /** Of packets: bytes that are no packet arrive after them. */
  readonly garbage?: number
  /** Of packets: they arrive twice. */
  readonly repeated?: number
}

/** The same frames, where a share of their bytes arrives with a bit turned over, as from a noisy line 21. */
export function* noisyFrames(
  frames: Iterable<Frame>,
  share: number,
  random: Random,
): Generator<Frame> {
  for (const { number, field1, field2 } of frames)
    yield { number, field1: noisy(field1, share, random), field2: noisy(field2, share, random) }
}

function noisy(pair: Pair, share: number, random: Random): Pair {
  let turned = pair
  for (const shift of [0, 8]) {
    if (random.next() < share) turned ^= 1 << (shift + random.below(8))
  }
  return turned
}

/** A transport stream of whole packets as it arrives after a bad journey. */
export function damageStream(
  stream: Uint8Array,
  { dropped = 0, garbage = 0, repeated = 0 }: StreamFaults,
  random: Random,
): Uint8Array {
  const parts: Uint8Array[] = []
  for (let at = 0; at < stream.length; at += packetBytes) {
    const packet = stream.subarray(at, at + packetBytes)
    if (random.next() >= dropped) parts.push(packet)
    if (random.next() < repeated) parts.push(packet)
    if (random.next() < garbage)
      parts.push(Uint8Array.from({ length: random.below(longestGarbage) }, () => random.below(256)))
  }
  const arrived = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    arrived.set(part, at)
    at += part.length
  }
  return arrived
}
