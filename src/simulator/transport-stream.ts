import { tripletsOf, type Frame } from './line21.ts'

/** Makes a transport stream with captions out of frames: a tiny video stream that carries nothing else. */
export type VideoCodec = 'mpeg-2' | 'h.264' | 'hevc'

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
const keyEveryFrames = 15

/** Pictures are handed over in presentation order and leave in decoding order. */
export class TransportStreamWriter {
  readonly #codec: VideoCodec
  readonly #tables: readonly Uint8Array[]
  readonly #counters = new Map<number, number>()
  #held: Frame[] = []
  #written = 0

  constructor({ codec, languages = ['eng', null] }: TransportStreamOptions) {
    this.#codec = codec
    this.#tables = [programmeAssociation(), programmeMap(codec, languages)]
  }

  /** Packets that this frame completes. */
  push(frame: Frame): Uint8Array {
    if (this.#written === 0) return concat(this.#picture(frame, 0))
    this.#held.push(frame)
    if (this.#held.length < decodingOrder.length) return new Uint8Array(0)
    return this.#flush(decodingOrder)
  }

  end(): Uint8Array {
    return this.#flush(this.#held.map((_, i) => i))
  }

  #flush(order: readonly number[]): Uint8Array {
    const held = this.#held
    this.#held = []
    return concat(
      order.flatMap((place, i) => {
        const frame = held[place]
        return frame === undefined
          ? []
          : this.#picture(frame, held.length === 3 && place < 2 ? i : 0)
      }),
    )
  }

  /** One picture; `reordered` 0 for one that is decoded before others that are shown before it. */
  #picture(frame: Frame, reordered: number): Uint8Array[] {
    const packets: Uint8Array[] = []
    if (this.#written % tablesEveryFrames === 0)
      packets.push(this.#packet(0, this.#tables[0]), this.#packet(programmePid, this.#tables[1]))
    const isKey = this.#written % keyEveryFrames === 0
    const type = isKey ? 1 : reordered === 0 ? 2 : 3
    const pts = startPts + frame.number * ticksPerFrame
    const dts = startPts + (this.#written - 2) * ticksPerFrame
    this.#written++
    const picture = pictureOf(this.#codec, tripletsOf(frame), { isKey, type, number: frame.number })
    packets.push(...this.#packets(pesPacket(picture, pts, dts), dts))
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
  return concat([head, picture])
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

interface PictureKind {
  readonly isKey: boolean
  /** 1 I, 2 P, 3 B. */
  readonly type: number
  readonly number: number
}

function pictureOf(codec: VideoCodec, triplets: Uint8Array, kind: PictureKind): Uint8Array {
  const data = captionData(triplets)
  if (codec === 'mpeg-2') return mpeg2Picture(data, kind)
  const sei = protect([4, data.length + 3, 0xb5, 0x00, 0x31, ...data, 0x80])
  return codec === 'h.264' ? h264Picture(sei, kind) : hevcPicture(sei, kind)
}

/** ATSC A/53 part 4, table 6.7: from the identifier GA94 on. */
function captionData(triplets: Uint8Array): number[] {
  const count = triplets.length / 3
  return [0x47, 0x41, 0x39, 0x34, 0x03, 0x40 | count, 0xff, ...triplets, 0xff]
}

function mpeg2Picture(data: readonly number[], { isKey, type, number }: PictureKind): Uint8Array {
  const reference = number % 1024
  // 352 × 240, 4:3, 29.97 frames a second; a main-profile extension; a closed group of pictures.
  const sequence = isKey
    ? [
        0, 0, 1, 0xb3, 0x16, 0x00, 0xf0, 0x24, 0xff, 0xff, 0xe0, 0x18, 0, 0, 1, 0xb5, 0x14, 0x8a, 0,
        1, 0, 0,
      ]
    : []
  const picture = [0, 0, 1, 0, reference >> 2, ((reference & 3) << 6) | (type << 3), 0xff, 0xf8]
  const coding = [0, 0, 1, 0xb5, 0x8f, 0xff, 0xf3, 0x41, 0x80]
  const slice = [0, 0, 1, 1, 0x13, 0xf8, 0x7d, 0x29, 0x48]
  return Uint8Array.of(...sequence, ...picture, ...coding, 0, 0, 1, 0xb2, ...data, ...slice)
}

function h264Picture(sei: readonly number[], { isKey }: PictureKind): Uint8Array {
  const sets = isKey
    ? [0, 0, 0, 1, 0x67, 0x42, 0x00, 0x0a, 0xf8, 0x41, 0xa2, 0, 0, 0, 1, 0x68, 0xce, 0x38, 0x80]
    : []
  const slice = [0, 0, 1, isKey ? 0x65 : 0x41, 0x88, 0x84, 0x21, 0xa0]
  return Uint8Array.of(0, 0, 0, 1, 0x09, 0xf0, ...sets, 0, 0, 1, 0x06, ...sei, ...slice)
}

function hevcPicture(sei: readonly number[], { isKey }: PictureKind): Uint8Array {
  const sets = isKey
    ? [
        ...[0, 0, 0, 1, 0x40, 0x01, 0x0c, 0x01],
        ...[0, 0, 0, 1, 0x42, 0x01, 0x01, 0x01],
        ...[0, 0, 0, 1, 0x44, 0x01, 0xc0, 0xf3],
      ]
    : []
  const slice = [0, 0, 1, isKey ? 0x26 : 0x02, 0x01, 0xa0, 0x84, 0x21]
  return Uint8Array.of(0, 0, 0, 1, 0x46, 0x01, 0x50, ...sets, 0, 0, 1, 0x4e, 0x01, ...sei, ...slice)
}

/** Emulation prevention: no start code may appear inside a NAL unit. */
function protect(bytes: readonly number[]): number[] {
  const out: number[] = []
  let zeros = 0
  for (const byte of bytes) {
    if (zeros >= 2 && byte <= 3) {
      out.push(3)
      zeros = 0
    }
    out.push(byte)
    zeros = byte === 0 ? zeros + 1 : 0
  }
  return out
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
