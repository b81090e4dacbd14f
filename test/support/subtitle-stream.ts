import { crc32 } from '../../src/captions/transport/sections.ts'

const packetBytes = 188
const [mapPid, streamPid] = [0x1000, 0x0200]

/** A descriptor of teletext: page 888, subtitles, Polish. */
export const teletext888 = [0x56, 5, ...Buffer.from('pol'), (0x02 << 3) | 0, 0x88]
/** One of DVB subtitles: German, with its pages. */
export const dvbGerman = [0x59, 8, ...Buffer.from('deu'), 0x10, 0, 1, 0, 1]
/** One of ARIB’s captions. */
export const isdb = [0xfd, 3, 0x00, 0x08, 0x3d]

/**
 * A transport stream whose programme 1 is private data with these descriptors, and nothing in it; `isSecond`: before it
 * comes programme 7, which has nothing at all.
 */
export function subtitleStream(
  descriptors: readonly number[],
  packets: number,
  isSecond = false,
): Buffer {
  const entry = (number: number, pid: number): number[] => [
    0,
    number,
    0xe0 | (pid >> 8),
    pid & 0xff,
  ]
  const other = isSecond ? entry(7, mapPid + 1) : []
  const association = section(0x00, [...other, ...entry(1, mapPid)])
  const otherMap = section(0x02, [0xff, 0xff, 0xf0, 0], 7)
  const map = section(0x02, [
    ...[0xff, 0xff, 0xf0, 0],
    ...[0x06, 0xe0 | (streamPid >> 8), streamPid & 0xff, 0xf0, descriptors.length, ...descriptors],
  ])
  const all = Array.from({ length: packets }, (_, n) => {
    if (n % 50 === 0) return packet(0, association, n / 50)
    if (n % 50 === 1) return packet(mapPid, map, Math.floor(n / 50))
    if (n % 50 === 2 && isSecond) return packet(mapPid + 1, otherMap, Math.floor(n / 50))
    return packet(0x1fff, new Uint8Array(0), 0)
  })
  return Buffer.concat(all)
}

/** A section of a programme, or of the stream 1: version 0, number 0 of 0. */
function section(table: number, fields: readonly number[], number = 1): Uint8Array {
  const body = [0, number, 0xc1, 0, 0, ...fields]
  const length = body.length + 4
  const bytes = Uint8Array.from([table, 0xb0 | (length >> 8), length & 0xff, ...body, 0, 0, 0, 0])
  const sum = crc32(bytes.subarray(0, -4))
  new DataView(bytes.buffer).setUint32(bytes.length - 4, sum)
  return bytes
}

function packet(pid: number, content: Uint8Array, counter: number): Buffer {
  const bytes = Buffer.alloc(packetBytes, 0xff)
  const begins = content.length > 0
  bytes.set([0x47, (begins ? 0x40 : 0) | (pid >> 8), pid & 0xff, 0x10 | (counter & 0x0f)])
  if (begins) bytes.set([0, ...content], 4)
  return bytes
}
