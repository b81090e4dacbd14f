import { crc32 } from '../../src/captions/transport/sections.ts'
import { makeStream } from '../captions/support/stream.ts'

/** Transport streams of several programmes, with the tables that describe them. */

const packetBytes = 188
const ownVideoPid = 0x100
const firstMapPid = 0x1000
const firstVideoPid = 0x200
const tablesEvery = 60
const streamType = 0x02
const ac3 = 0x81

export interface MadeProgramme {
  readonly number: number
  /** Blocks of captions, one a picture; none = a programme of sound alone. */
  readonly frames?: readonly Uint8Array[]
  /** Descriptors of its PMT. */
  readonly descriptors?: readonly number[]
  readonly audio?: string
  /** Its video is scrambled, and says so. */
  readonly isScrambled?: boolean
}

/** A section that is sent again and again on a PID. */
export interface MadeSection {
  readonly pid: number
  readonly section: Uint8Array
  /** Not before this share of the stream, and not after that. */
  readonly from?: number
  readonly until?: number
}

export function makeMultiplex(
  programmes: readonly MadeProgramme[],
  sections: readonly MadeSection[] = [],
): Uint8Array {
  const association = programmes.flatMap(({ number }, i) => [
    ...uint16(number),
    ...uint16(0xe000 | (firstMapPid + i)),
  ])
  const always: MadeSection[] = [
    { pid: 0, section: longSection(0x00, 1, association) },
    ...programmes.map((programme, i) => ({
      pid: firstMapPid + i,
      section: programmeMap(programme, i),
    })),
  ]
  const videos = programmes.map(({ frames, isScrambled = false }, i) =>
    frames === undefined ? [] : videoPackets(frames, firstVideoPid + i, isScrambled),
  )
  const length = Math.max(...videos.map((video) => video.length), 1)
  const out: Uint8Array[] = []
  const counters = new Map<number, number>()
  for (let at = 0; at < length; at++) {
    if (at % tablesEvery === 0)
      for (const { pid, section, from = 0, until = 1 } of [...always, ...sections])
        if (at >= from * length && at < until * length)
          out.push(...sectionPackets(pid, section, counters))
    for (const video of videos) out.push(...video.slice(at, at + 1))
  }
  return Buffer.concat(out)
}

function videoPackets(
  frames: readonly Uint8Array[],
  pid: number,
  isScrambled: boolean,
): Uint8Array[] {
  const stream = makeStream(frames, { codec: 'mpeg-2' })
  const packets: Uint8Array[] = []
  for (let at = 0; at < stream.length; at += packetBytes) {
    const packet = stream.slice(at, at + packetBytes)
    const [, second = 0, third = 0, control = 0] = packet
    if ((((second & 0x1f) << 8) | third) !== ownVideoPid) continue
    packet.set([(second & 0xe0) | (pid >> 8), pid & 0xff, control | (isScrambled ? 0x80 : 0)], 1)
    packets.push(packet)
  }
  return packets
}

function programmeMap(
  { number, frames, descriptors = [], audio }: MadeProgramme,
  i: number,
): Uint8Array {
  const video = firstVideoPid + i
  const hasVideo = frames !== undefined
  const language = audio === undefined ? [] : [0x0a, 4, ...letters(audio), 0]
  return longSection(0x02, number, [
    ...uint16(0xe000 | video),
    ...uint16(0xf000 | descriptors.length),
    ...descriptors,
    ...(hasVideo ? [streamType, ...uint16(0xe000 | video), 0xf0, 0] : []),
    ...(audio === undefined
      ? []
      : [ac3, ...uint16(0xe000 | (video + 0x80)), 0xf0, language.length]),
    ...language,
  ])
}

/** Long enough tables go on in the next packets. */
export function sectionPackets(
  pid: number,
  section: Uint8Array,
  counters: Map<number, number>,
): Uint8Array[] {
  const packets: Uint8Array[] = []
  const payload = Uint8Array.of(0, ...section)
  for (let at = 0; at < payload.length; at += packetBytes - 4) {
    const counter = counters.get(pid) ?? 0
    counters.set(pid, (counter + 1) & 0x0f)
    const packet = new Uint8Array(packetBytes).fill(0xff)
    packet.set([0x47, (at === 0 ? 0x40 : 0) | (pid >> 8), pid & 0xff, 0x10 | counter])
    packet.set(payload.subarray(at, at + packetBytes - 4), 4)
    packets.push(packet)
  }
  return packets
}

/** A section with the long head and a CRC. */
export function longSection(
  table: number,
  id: number,
  body: readonly number[],
  {
    version = 0,
    number = 0,
    last = number,
  }: { version?: number; number?: number; last?: number } = {},
): Uint8Array {
  const length = body.length + 9
  const head = [table, ...uint16(0xf000 | length), ...uint16(id)]
  const bytes = [...head, 0xc1 | (version << 1), number, last, ...body]
  return Uint8Array.of(...bytes, ...uint32(crc32(Uint8Array.from(bytes))))
}

/** Names of services as DVB tells them. */
export function serviceDescription(names: ReadonlyMap<number, string>): MadeSection {
  const services = [...names].flatMap(([number, name]) => {
    const descriptor = [0x48, 3 + name.length, 1, 0, name.length, ...letters(name)]
    return [...uint16(number), 0xfc, ...uint16(0x8000 | descriptor.length), ...descriptor]
  })
  return { pid: 0x11, section: longSection(0x42, 1, [0, 1, 0xff, ...services]) }
}

export interface MadeChannel {
  readonly programme: number
  readonly name: string
  readonly major: number
  readonly minor: number
  readonly sourceId: number
  readonly descriptors?: readonly number[]
}

/** A terrestrial virtual channel table. */
export function virtualChannels(channels: readonly MadeChannel[]): MadeSection {
  const body = channels.flatMap(({ programme, name, major, minor, sourceId, descriptors = [] }) => [
    ...Array.from(name.padEnd(7, '\0').slice(0, 7)).flatMap((unit) => [0, unit.charCodeAt(0)]),
    ...[0xf0 | (major >> 6), ((major & 0x3f) << 2) | (minor >> 8), minor & 0xff, 0x04],
    ...[...uint32(0), ...uint16(1), ...uint16(programme), 0x0d, 0xc2],
    ...[...uint16(sourceId), ...uint16(0xfc00 | descriptors.length), ...descriptors],
  ])
  return { pid: 0x1ffb, section: longSection(0xc8, 1, [0, channels.length, ...body, 0xfc, 0]) }
}

/** caption_service_descriptor: line 21 fields and services of CEA-708, with their languages. */
export function captionDescriptor(
  services: readonly (readonly [string, 'CC' | number])[],
): number[] {
  const entries = services.flatMap(([language, service]) => [
    ...letters(language),
    service === 'CC' ? 0x7e : 0xc0 | service,
    ...[0x3f, 0xff],
  ])
  return [0x86, 1 + entries.length, 0xe0 | services.length, ...entries]
}

export function letters(text: string): number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0))
}

export function uint16(value: number): number[] {
  return [(value >> 8) & 0xff, value & 0xff]
}

export function uint32(value: number): number[] {
  return [...uint16(value >>> 16), ...uint16(value & 0xffff)]
}
