import { createRandom } from '../../src/simulator/random.ts'
import { performScript } from '../../src/simulator/script.ts'
import type { Frame } from '../../src/simulator/line21.ts'
import { TransportStreamWriter } from '../../src/simulator/transport-stream.ts'
import { writeScript } from '../../src/simulator/writer.ts'

const packetBytes = 188
const videoPid = 0x0100
export const frameMs = 1001 / 30

/** Roll-up captions of a station that does not exist, frame by frame. */
export function makeFrames(seed: number, minutes: number): readonly Frame[] {
  const script = writeScript(createRandom(seed), { minutes, styles: ['roll-up'] })
  return [...performScript(script).frames()]
}

/** A transport stream of so many bits a second, as a tuner delivers one programme; one piece a frame. */
export function makeBroadcast(frames: readonly Frame[], bitsPerSecond: number): Uint8Array[] {
  const writer = new TransportStreamWriter({ codec: 'mpeg-2' })
  const perFrame = Math.round((bitsPerSecond / 8 / packetBytes) * (frameMs / 1000))
  let counter = 0
  return frames.map((frame) => {
    const own = writer.push(frame)
    // Slices of a picture that says nothing: they belong to the last picture of this piece.
    const filling = own.length === 0 ? 0 : Math.max(0, perFrame * 3 - own.length / packetBytes)
    const bytes = Buffer.concat([own, ...Array.from({ length: filling }, fillingPacket)])
    for (let at = 0; at < bytes.length; at += packetBytes) {
      const pid = bytes.readUInt16BE(at + 1) & 0x1fff
      if (pid !== videoPid) continue
      bytes[at + 3] = ((bytes[at + 3] ?? 0) & 0xf0) | counter
      counter = (counter + 1) % 16
    }
    return bytes
  })
}

function fillingPacket(): Uint8Array {
  const packet = new Uint8Array(packetBytes).fill(0x5a)
  packet.set([0x47, videoPid >> 8, videoPid & 0xff, 0x10])
  return packet
}
