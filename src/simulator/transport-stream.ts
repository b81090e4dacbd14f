import { joinBytes } from '../captions/join-bytes.ts'
import { tripletsOf, type Frame } from './line21.ts'
import { pictureParts, type PictureType, type VideoCodec } from './pictures.ts'

export type { VideoCodec } from './pictures.ts'

export interface TransportStreamOptions {
  readonly codec: VideoCodec
  /** ISO 639-2 language of CC1 and of CC3, for the caption service descriptor. */
  readonly languages?: readonly [string, string | null] | undefined
}

const packetBytes = 188
const programmePid = 0x1000
const videoPid = 0x0100
const streamTypes = { 'mpeg-2': 0x02, 'h.264': 0x1b, hevc: 0x24 } as const
/** Pictures in decoding order, by their place in presentation order: I P B B. */
const decodingOrder = [2, 0, 1] as const
const startPts = 90_000
const ticksPerFrame = 3003
const tablesEveryFrames = 12
/** Of three pictures each; the first of a group of pictures is an I in the place of its P. */
const groupsOfThree = 5

/**
 * Makes a transport stream with captions out of frames: a tiny video stream that carries nothing else. Frames are
 * handed over in presentation order and leave in decoding order.
 */
export class TransportStreamWriter {
  readonly #codec: VideoCodec
  readonly #tables: readonly Uint8Array[]
  readonly #counters = new Map<number, number>()
  #held: Frame[] = []
  #written = 0
  #jumped = 0
  #threes = 0
  /** The frame shown first in this group of pictures, and the reference pictures in it so far. */
  #groupStart = 0
  #references = 0

  constructor({ codec, languages = ['eng', null] }: TransportStreamOptions) {
    this.#codec = codec
    this.#tables = [programmeAssociation(), programmeMap(codec, languages)]
  }

  /** Packets that this frame completes. */
  push(frame: Frame): Uint8Array {
    if (this.#written === 0) return joinBytes(this.#picture(frame, 'I'))
    this.#held.push(frame)
    return this.#held.length < decodingOrder.length ? new Uint8Array(0) : this.#flush()
  }

  /** From the next frame on the clock is so many ticks elsewhere, as after a splice. Answers the packets held back. */
  jump(ticks: number): Uint8Array {
    const before = this.end()
    this.#jumped += ticks
    return before
  }

  /** What is held back; a stream that goes on does so with a new group of pictures. */
  end(): Uint8Array {
    const frames = this.#held
    this.#held = []
    this.#threes = 0
    return joinBytes(frames.flatMap((frame) => this.#picture(frame, 'P')))
  }

  #flush(): Uint8Array {
    const held = this.#held
    this.#held = []
    const isKey = this.#threes++ % groupsOfThree === 0
    if (isKey) this.#groupStart = held[0]?.number ?? 0
    return joinBytes(
      decodingOrder.flatMap((place) => {
        const frame = held[place]
        const type = place < 2 ? 'B' : isKey ? 'I' : 'P'
        return frame === undefined ? [] : this.#picture(frame, type)
      }),
    )
  }

  #picture(frame: Frame, type: PictureType): Uint8Array[] {
    const packets: Uint8Array[] = []
    if (this.#written % tablesEveryFrames === 0)
      packets.push(this.#packet(0, this.#tables[0]), this.#packet(programmePid, this.#tables[1]))
    const start = startPts + this.#jumped
    const pts = start + frame.number * ticksPerFrame
    const dts = start + (this.#written - 2) * ticksPerFrame
    this.#written++
    if (type === 'I') this.#references = 0
    const place = frame.number - this.#groupStart
    const picture = { type, place, frameNumber: this.#references, triplets: tripletsOf(frame) }
    if (type !== 'B') this.#references++
    const { head, slices } = pictureParts(this.#codec, picture)
    packets.push(...this.#packets(pesPacket(Uint8Array.of(...head, ...slices), pts, dts), dts))
    return packets
  }

  #packets(pes: Uint8Array, pcr: number): Uint8Array[] {
    const packets: Uint8Array[] = []
    for (let at = 0; at < pes.length;) {
      const isFirst = at === 0
      const room = packetBytes - 4 - (isFirst ? 8 : 0)
      const length = Math.min(room, pes.length - at)
      packets.push(this.#videoPacket(pes.subarray(at, at + length), isFirst ? pcr : null))
      at += length
    }
    return packets
  }

  #videoPacket(payload: Uint8Array, pcr: number | null): Uint8Array {
    const packet = new Uint8Array(packetBytes).fill(0xff)
    const stuffing = packetBytes - 4 - payload.length
    this.#head(packet, videoPid, pcr !== null, stuffing > 0)
    if (stuffing > 0) {
      packet[4] = stuffing - 1
      if (stuffing > 1) packet[5] = pcr === null ? 0 : 0x10
      if (pcr !== null) writePcr(packet, 6, pcr)
    }
    packet.set(payload, packetBytes - payload.length)
    return packet
  }

  #packet(pid: number, section: Uint8Array | undefined): Uint8Array {
    const packet = new Uint8Array(packetBytes).fill(0xff)
    this.#head(packet, pid, true, false)
    packet[4] = 0
    packet.set(section ?? new Uint8Array(0), 5)
    return packet
  }

  #head(packet: Uint8Array, pid: number, starts: boolean, adapts: boolean): void {
    const counter = this.#counters.get(pid) ?? 0
    this.#counters.set(pid, (counter + 1) % 16)
    packet[0] = 0x47
    packet[1] = (starts ? 0x40 : 0) | (pid >> 8)
    packet[2] = pid & 0xff
    packet[3] = (adapts ? 0x30 : 0x10) | counter
  }
}

/** PES header of ISO/IEC 13818-1, 2.4.3.6: video stream 0, both stamps. */
function pesPacket(picture: Uint8Array, pts: number, dts: number): Uint8Array {
  const head = Uint8Array.of(
    0,
    0,
    1,
    0xe0,
    0,
    0,
    0x84,
    0xc0,
    10,
    ...stamp(3, pts),
    ...stamp(1, dts),
  )
  return joinBytes([head, picture])
}

function stamp(prefix: number, ticks: number): number[] {
  const high = Math.floor(ticks / 2 ** 30) & 7
  const middle = Math.floor(ticks / 2 ** 15) & 0x7fff
  const low = ticks & 0x7fff
  return [
    (prefix << 4) | (high << 1) | 1,
    middle >> 7,
    ((middle & 0x7f) << 1) | 1,
    low >> 7,
    ((low & 0x7f) << 1) | 1,
  ]
}

function writePcr(packet: Uint8Array, at: number, ticks: number): void {
  const base = Math.max(0, ticks)
  packet.set(
    [
      Math.floor(base / 2 ** 25) & 0xff,
      Math.floor(base / 2 ** 17) & 0xff,
      Math.floor(base / 2 ** 9) & 0xff,
      Math.floor(base / 2) & 0xff,
      ((base & 1) << 7) | 0x7e,
      0,
    ],
    at,
  )
}

function programmeAssociation(): Uint8Array {
  return section(0x00, 1, [0, 1, 0xe0 | (programmePid >> 8), programmePid & 0xff])
}

function programmeMap(
  codec: VideoCodec,
  [first, second]: readonly [string, string | null],
): Uint8Array {
  const services = [
    captionService(first, 0x7e),
    ...(second === null ? [] : [captionService(second, 0x7f)]),
  ]
  const descriptor = [0x86, 1 + services.length * 6, 0xe0 | services.length, ...services.flat()]
  return section(0x02, 1, [
    ...[0xe0 | (videoPid >> 8), videoPid & 0xff, 0xf0, 0],
    ...[streamTypes[codec], 0xe0 | (videoPid >> 8), videoPid & 0xff],
    ...[0xf0, descriptor.length, ...descriptor],
  ])
}

/** caption_service_descriptor, ATSC A/65: line 21 data of field 1 or 2. */
function captionService(language: string, field: number): number[] {
  return [...Array.from(language, (letter) => letter.charCodeAt(0)), field, 0x3f, 0xff]
}

function section(table: number, id: number, body: readonly number[]): Uint8Array {
  const length = body.length + 9
  const bytes = [
    table,
    0xb0 | (length >> 8),
    length & 0xff,
    id >> 8,
    id & 0xff,
    0xc1,
    0,
    0,
    ...body,
  ]
  const sum = crc32(bytes)
  return Uint8Array.of(...bytes, sum >>> 24, (sum >>> 16) & 0xff, (sum >>> 8) & 0xff, sum & 0xff)
}

/** CRC-32/MPEG-2. */
function crc32(bytes: readonly number[]): number {
  let sum = 0xffffffff
  for (const byte of bytes) {
    sum ^= byte << 24
    for (let bit = 0; bit < 8; bit++) sum = sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1
  }
  return sum >>> 0
}
