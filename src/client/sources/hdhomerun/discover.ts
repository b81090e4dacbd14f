import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { crc32 } from 'node:zlib'

/**
 * The discovery of HDHomeRun tuners, as Silicondust's libhdhomerun speaks it: a datagram to port 65001 of everybody, answered
 * by each device. Type and length (16 bits, big-endian), tagged values, CRC-32 (little-endian).
 */

export const discoveryPort = 65_001
export const types = { request: 2, answer: 3 } as const
export const tags = { deviceType: 0x01, deviceId: 0x02, tuners: 0x10, baseUrl: 0x2a } as const
/** The tuners among the devices. */
export const tunerDevice = 0x0000_0001
/** Every device. */
const anyDevice = 0xffff_ffff
/** Values longer than this take two bytes for their length. */
const shortLength = 0x7f

export interface Tuner {
  /** Eight hexadecimal digits, as they are printed on the device. */
  readonly id: string
  /** http://ADDRESS[:PORT] */
  readonly baseUrl: string
}

export function formatPacket(
  type: number,
  values: readonly (readonly [tag: number, value: Uint8Array])[],
): Buffer {
  const payload = Buffer.concat(
    values.flatMap(([tag, value]) => [Buffer.from([tag, ...lengthOf(value.length)]), value]),
  )
  const packet = Buffer.alloc(payload.length + 8)
  packet.writeUInt16BE(type, 0)
  packet.writeUInt16BE(payload.length, 2)
  payload.copy(packet, 4)
  packet.writeUInt32LE(crc32(packet.subarray(0, -4)), packet.length - 4)
  return packet
}

/** Undefined for what is no whole packet of that type. */
export function parsePacket(packet: Buffer, type: number): Map<number, Buffer> | undefined {
  if (packet.length < 8 || packet.readUInt16BE(0) !== type) return undefined
  const end = 4 + packet.readUInt16BE(2)
  if (packet.length !== end + 4 || packet.readUInt32LE(end) !== crc32(packet.subarray(0, end)))
    return undefined
  const values = new Map<number, Buffer>()
  for (let at = 4; at + 2 <= end;) {
    const tag = packet[at++] ?? 0
    let length = packet[at++] ?? 0
    if (length > shortLength) length = (length & shortLength) | ((packet[at++] ?? 0) << 7)
    if (at + length > end) return undefined
    values.set(tag, packet.subarray(at, at + length))
    at += length
  }
  return values
}

/** Whoever answers within `waitMs`; `to`: where the question goes. */
export async function discover(
  waitMs: number,
  signal: AbortSignal,
  to = { address: '255.255.255.255', port: discoveryPort },
): Promise<Tuner[]> {
  const socket = createSocket('udp4')
  const found = new Map<string, Tuner>()
  socket.on('error', () => undefined)
  socket.on('message', (packet, { address }) => {
    const tuner = tunerOf(packet, address)
    if (tuner !== undefined) found.set(tuner.id, tuner)
  })
  try {
    socket.bind(0)
    await once(socket, 'listening', { signal })
    socket.setBroadcast(true)
    const question = formatPacket(types.request, [
      [tags.deviceType, number(tunerDevice)],
      [tags.deviceId, number(anyDevice)],
    ])
    // Datagrams get lost: asked twice.
    for (let asked = 0; asked < 2; asked++) {
      socket.send(question, to.port, to.address)
      await pause(waitMs / 2, undefined, { signal })
    }
    return [...found.values()]
  } finally {
    socket.close()
  }
}

function tunerOf(packet: Buffer, address: string): Tuner | undefined {
  const values = parsePacket(packet, types.answer)
  const device = values?.get(tags.deviceType)
  const id = values?.get(tags.deviceId)
  if (device?.length !== 4 || id?.length !== 4) return undefined
  if (device.readUInt32BE(0) !== tunerDevice) return undefined
  const baseUrl = values?.get(tags.baseUrl)?.toString('latin1') ?? `http://${address}`
  return { id: id.toString('hex').toUpperCase(), baseUrl }
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function lengthOf(length: number): number[] {
  return length <= shortLength ? [length] : [(length & shortLength) | 0x80, length >> 7]
}
