import { crc32 } from '../../../src/captions/transport/sections.ts'
import { pictureParts, type PictureType, type VideoCodec } from '../../../src/simulator/pictures.ts'

/** How a transport stream is made; every default is what most stations do. */
export interface StreamOptions {
  readonly codec: VideoCodec
  /** Picture types in order of presentation, again and again. B pictures before an I make an open group. */
  readonly gop?: string
  readonly ticks?: number
  /** PTS of the first picture. */
  readonly start?: number
  readonly stamps?: 'both' | 'pts' | 'reference-pictures'
  /** MPEG-2 and H.264: each field in a picture of its own, in one PES packet or in two. */
  readonly fields?: 'one-pes' | 'two-pes'
  readonly splitSei?: boolean
  /** Captions in a PES packet, slices in another without a time stamp. */
  readonly slicesApart?: boolean
  /** From this picture on (in order of presentation) the clock is `by` ticks elsewhere. */
  readonly jump?: { readonly at: number; readonly by: number }
  /** From this picture on (in order of decoding) the tables name another PID for the video. */
  readonly movesAt?: number
  /** The PAT names a programme of sound alone before ours. */
  readonly secondProgramme?: boolean
}

const packetBytes = 188
const mapPid = 0x1000
const soundMapPid = 0x1100
const streamTypes = { 'mpeg-2': 0x02, 'h.264': 0x1b, hevc: 0x24 } as const
const tablesEvery = 15

/** One picture for each of `frames`, which are blocks of captions in order of presentation. */
export function makeStream(frames: readonly Uint8Array[], options: StreamOptions): Uint8Array {
  const { codec, gop = 'IBBPBBPBBPBBPBB', ticks = 3003, start = 90_000, stamps = 'both' } = options
  const packets = new Packets()
  const types = frames.map((_, i) => (gop[i % gop.length] ?? 'I') as PictureType)
  const order = decodingOrder(types)
  let groupStart = 0
  let references = 0
  let pid = 0x100
  order.forEach((shown, decoded) => {
    const type = types[shown] ?? 'I'
    if (options.movesAt !== undefined && decoded >= options.movesAt) pid = 0x180
    if (decoded % tablesEvery === 0) packets.tables(codec, pid, options)
    if (type === 'I') {
      groupStart = shown - order.slice(decoded + 1).findIndex((later) => later > shown)
      references = 0
    }
    const jump = options.jump !== undefined && shown >= options.jump.at ? options.jump.by : 0
    const pts = start + jump + shown * ticks
    const dts = start + jump + (decoded - (gop.includes('B') ? 1 : 0)) * ticks
    const isStamped = stamps !== 'reference-pictures' || type !== 'B'
    const times = isStamped ? { pts, dts: stamps === 'pts' ? pts : Math.min(dts, pts) } : null
    const place = Math.max(0, shown - groupStart)
    const picture = { type, place, frameNumber: references, triplets: frames[shown] ?? noBlocks }
    if (options.fields === undefined) {
      const { head, slices } = pictureParts(codec, { ...picture, isSplit: options.splitSei })
      packets.pes(pid, options.slicesApart === true ? head : [...head, ...slices], times)
      if (options.slicesApart === true) packets.pes(pid, slices, null)
    } else {
      const [first, second] = [fieldOf(picture.triplets, 0), fieldOf(picture.triplets, 1)]
      const top = pictureParts(codec, { ...picture, triplets: first, field: 1 })
      const bottom = pictureParts(codec, { ...picture, triplets: second, field: 2 })
      const bytes = [top.head, top.slices, bottom.head, bottom.slices]
      if (options.fields === 'one-pes') packets.pes(pid, bytes.flat(), times)
      else {
        packets.pes(pid, bytes.slice(0, 2).flat(), times)
        packets.pes(pid, bytes.slice(2).flat(), times && later(times, Math.floor(ticks / 2)))
      }
    }
    if (type !== 'B') references++
  })
  return packets.bytes()
}

const noBlocks = new Uint8Array(0)

interface Times {
  readonly pts: number
  readonly dts: number
}

function later({ pts, dts }: Times, ticks: number): Times {
  return { pts: pts + ticks, dts: dts + ticks }
}

/** A reference picture comes before the B pictures that are shown before it. */
function decodingOrder(types: readonly PictureType[]): number[] {
  const order: number[] = []
  let waiting: number[] = []
  types.forEach((type, i) => {
    if (type === 'B') waiting.push(i)
    else {
      order.push(i, ...waiting)
      waiting = []
    }
  })
  return [...order, ...waiting]
}

function fieldOf(triplets: Uint8Array, field: number): Uint8Array {
  return triplets.filter((_, i) => ((triplets[i - (i % 3)] ?? 0) & 3) === field)
}

class Packets {
  readonly #packets: Uint8Array[] = []
  readonly #counters = new Map<number, number>()

  bytes(): Uint8Array {
    return Buffer.concat(this.#packets)
  }

  tables(
    codec: VideoCodec,
    pid: number,
    { secondProgramme = false, movesAt }: StreamOptions,
  ): void {
    const version = movesAt !== undefined && pid !== 0x100 ? 1 : 0
    const sound = [0, 1, 0xe0 | (soundMapPid >> 8), soundMapPid & 0xff]
    const ours = [0, 2, 0xe0 | (mapPid >> 8), mapPid & 0xff]
    const map = [0xe0 | (pid >> 8), pid & 0xff, 0xf0, 0]
    const video = [streamTypes[codec], 0xe0 | (pid >> 8), pid & 0xff, 0xf0, 0]
    this.#section(0, section(0x00, 1, 0, secondProgramme ? [...sound, ...ours] : ours))
    this.#section(mapPid, section(0x02, 2, version, [...map, ...video]))
    if (secondProgramme) {
      const body = [0xe1, 0x60, 0xf0, 0, 0x81, 0xe1, 0x60, 0xf0, 0]
      this.#section(soundMapPid, section(0x02, 1, 0, body))
    }
  }

  pes(pid: number, payload: readonly number[], times: Times | null): void {
    const stamps =
      times === null
        ? [0x80, 0x00, 0]
        : times.pts === times.dts
          ? [0x80, 0x80, 5, ...stamp(2, times.pts)]
          : [0x80, 0xc0, 10, ...stamp(3, times.pts), ...stamp(1, times.dts)]
    const bytes = [0, 0, 1, 0xe0, 0, 0, ...stamps, ...payload]
    for (let at = 0; at < bytes.length; at += 184)
      this.#packet(pid, bytes.slice(at, at + 184), at === 0)
  }

  #section(pid: number, bytes: readonly number[]): void {
    this.#packet(pid, [0, ...bytes, ...Array<number>(183 - bytes.length).fill(0xff)], true)
  }

  #packet(pid: number, payload: readonly number[], begins: boolean): void {
    const packet = new Uint8Array(packetBytes).fill(0xff)
    const counter = this.#counters.get(pid) ?? 0
    this.#counters.set(pid, (counter + 1) & 0x0f)
    const stuffing = packetBytes - 4 - payload.length
    const adapts = stuffing > 0 ? 0x30 : 0x10
    packet.set([0x47, (begins ? 0x40 : 0) | (pid >> 8), pid & 0xff, adapts | counter])
    if (stuffing > 0) packet[4] = stuffing - 1
    if (stuffing > 1) packet[5] = 0
    packet.set(payload, packetBytes - payload.length)
    this.#packets.push(packet)
  }
}

function stamp(prefix: number, ticks: number): number[] {
  const wrapped = ((ticks % 2 ** 33) + 2 ** 33) % 2 ** 33
  const part = (from: number, count: number): number =>
    Math.floor(wrapped / 2 ** from) & (2 ** count - 1)
  return [
    (prefix << 4) | (part(30, 3) << 1) | 1,
    part(22, 8),
    (part(15, 7) << 1) | 1,
    part(7, 8),
    (part(0, 7) << 1) | 1,
  ]
}

function section(table: number, id: number, version: number, body: readonly number[]): number[] {
  const length = body.length + 9
  const bytes = [table, 0xb0, length, 0, id, 0xc1 | (version << 1), 0, 0, ...body]
  const sum = crc32(Uint8Array.from(bytes))
  return [...bytes, sum >>> 24, (sum >>> 16) & 0xff, (sum >>> 8) & 0xff, sum & 0xff]
}
