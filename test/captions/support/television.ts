import type { CaptionGroup } from '../../../src/captions/caption-group.ts'
import { formatRcwtGroup, formatRcwtHeader } from '../../../src/captions/rcwt.ts'
import { groupOf, type Frame } from '../../../src/simulator/line21.ts'
import type { Style } from '../../../src/simulator/performer.ts'
import { createRandom } from '../../../src/simulator/random.ts'
import { performScript } from '../../../src/simulator/script.ts'
import { TransportStreamWriter, type VideoCodec } from '../../../src/simulator/transport-stream.ts'
import { writeScript } from '../../../src/simulator/writer.ts'

/** Some hours of a station that does not exist, and every row that was meant, in order. */
export interface Evening {
  readonly frames: readonly Frame[]
  readonly meant: readonly string[]
}

export function makeEvening(seed: number, minutes: number, styles: readonly Style[]): Evening {
  const performance = performScript(writeScript(createRandom(seed), { minutes, styles }))
  const meant = performance.meant.get('CC1') ?? []
  return { frames: [...performance.frames()], meant: meant.map(({ text }) => text) }
}

export function groupsOf(frames: readonly Frame[]): CaptionGroup[] {
  return frames.map(groupOf).filter((group) => group !== undefined)
}

export function rcwtOf(groups: readonly CaptionGroup[]): Uint8Array {
  return Buffer.concat([formatRcwtHeader(), ...groups.map(formatRcwtGroup)])
}

export function streamOf(frames: readonly Frame[], codec: VideoCodec): Uint8Array {
  const writer = new TransportStreamWriter({ codec })
  return Buffer.concat([...frames.map((frame) => writer.push(frame)), writer.end()])
}
