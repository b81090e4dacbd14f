import { createConnection, type Socket } from 'node:net'
import { channelName, channelsOf, hashCue } from './load.ts'
import { FrameReader, type Heard } from './frame-reader.ts'

/**
 * `viewers.ts ENGINE PORT COUNT`: that many viewers in one process, on bare sockets so that it costs less than
 * what it measures. Every viewer sums the hashes of the cues it heard, and counts its bytes.
 */

export type ViewersCommand = { readonly type: 'report' }
export type ViewersNews =
  | { readonly type: 'ready' }
  | {
      readonly type: 'report'
      readonly bytes: number
      /** Sum of hashes by viewer. */
      readonly sums: readonly number[]
      /** Cues heard, by milliseconds since they were decoded. */
      readonly latencies: readonly number[]
      readonly cpuMs: number
    }

const [kind = '', port = '', wanted = ''] = process.argv.slice(2)
const count = Number(wanted)
const connectingAtOnce = 100
const slowestMs = 10_000

const sums = new Array<number>(count).fill(0)
const latencies = new Array<number>(slowestMs).fill(0)
let bytes = 0
let isCounting = false

function heard(viewer: number, { channel, id, text, endMs }: Heard): void {
  sums[viewer] = ((sums[viewer] ?? 0) + hashCue(channel, id, text)) >>> 0
  const late = Math.min(slowestMs - 1, Math.max(0, Date.now() - endMs))
  latencies[late] = (latencies[late] ?? 0) + 1
}

function pathOf(viewer: number): string {
  if (kind === 'ours') return '/api/v1/live'
  if (kind === 'socketIo') return `/socket.io/?EIO=4&transport=websocket&viewer=${viewer}`
  if (kind === 'nchan') {
    const [a, b, c, d] = channelsOf(viewer).map(channelName)
    return `/sub?a=${a ?? ''}&b=${b ?? ''}&c=${c ?? ''}&d=${d ?? ''}`
  }
  return `/${viewer}`
}

/** Resolves when the viewer would hear the next update. */
async function connect(viewer: number): Promise<void> {
  const socket = createConnection({ port: Number(port), host: '127.0.0.1', noDelay: true })
  if (kind === 'floor') {
    socket.on('data', (part) => (bytes += part.length))
    await new Promise((resolve) => socket.once('connect', resolve))
    return
  }
  const protocol = kind === 'ours' ? 'Sec-WebSocket-Protocol: ccr.live.v1\r\n' : ''
  socket.write(
    `GET ${pathOf(viewer)} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${protocol}` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  )
  await new Promise<void>((resolve, reject) => {
    let rest = Buffer.alloc(0)
    let isUpgraded = false
    const reader = new FrameReader((cue) => heard(viewer, cue))
    let openings = 0
    socket.on('error', reject)
    socket.on('close', () => {
      if (isCounting) console.error(`viewer ${viewer} was cut off`)
    })
    socket.on('data', (part) => {
      if (isCounting) bytes += part.length
      let data = rest.length === 0 ? part : Buffer.concat([rest, part])
      if (!isUpgraded) {
        const end = data.indexOf('\r\n\r\n')
        if (end === -1) {
          rest = data
          return
        }
        if (!data.toString('latin1', 0, 12).includes('101'))
          reject(new Error(data.toString('latin1')))
        isUpgraded = true
        data = data.subarray(end + 4)
        if (kind === 'ours')
          for (const channel of channelsOf(viewer))
            send(
              socket,
              JSON.stringify({ type: 'subscribe', channel: channelName(channel), backlog: 0 }),
            )
        else if (kind !== 'socketIo') resolve()
      }
      let at = 0
      for (;;) {
        const frame = frameAt(data, at)
        if (frame === undefined) break
        at = frame.end
        const { opcode, body } = frame
        if (opcode === 9) socket.write(masked(0x8a, body))
        else if (kind === 'ours') {
          if (opcode === 2) reader.read(body)
          else if (reader.text(body.toString()) && ++openings === channelsOf(viewer).length)
            resolve()
        } else if (opcode === 1) other(viewer, socket, body, resolve)
      }
      rest = data.subarray(at)
    })
  })
}

const cueMark = Buffer.from('"type":"cue"')

/** A JSON object an update; only cues are looked into. */
function other(viewer: number, socket: Socket, body: Buffer, resolve: () => void): void {
  if (kind === 'socketIo') {
    if (body[0] === 0x30) send(socket, '40')
    else if (body[0] === 0x32) send(socket, '3')
    else if (body[0] === 0x34 && body[1] === 0x30) resolve()
  }
  if (!body.includes(cueMark)) return
  const text = body.toString()
  const cue = JSON.parse(kind === 'socketIo' ? text.slice('42["update",'.length, -1) : text) as {
    channel: string
    id: number
    text: string
    end: string
  }
  heard(viewer, { ...cue, endMs: Date.parse(cue.end) })
}

function frameAt(
  data: Buffer,
  at: number,
): { opcode: number; body: Buffer; end: number } | undefined {
  if (data.length < at + 2) return undefined
  let length = (data[at + 1] ?? 0) & 0x7f
  let start = at + 2
  if (length === 126) {
    if (data.length < at + 4) return undefined
    length = data.readUInt16BE(at + 2)
    start = at + 4
  } else if (length === 127) {
    if (data.length < at + 10) return undefined
    length = Number(data.readBigUInt64BE(at + 2))
    start = at + 10
  }
  if (data.length < start + length) return undefined
  return {
    opcode: (data[at] ?? 0) & 0xf,
    body: data.subarray(start, start + length),
    end: start + length,
  }
}

function send(socket: Socket, text: string): void {
  socket.write(masked(0x81, Buffer.from(text)))
}

/** A frame of a client of at most 125 bytes, with a mask that changes nothing. */
function masked(head: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([head, 0x80 | body.length, 0, 0, 0, 0]), body])
}

let next = 0
await Promise.all(
  Array.from({ length: connectingAtOnce }, async () => {
    while (next < count) await connect(next++)
  }),
)
isCounting = true
process.send?.({ type: 'ready' } satisfies ViewersNews)
const cpuAtStart = process.cpuUsage()
process.on('message', () => {
  const { user, system } = process.cpuUsage(cpuAtStart)
  isCounting = false
  process.send?.({
    ...{ type: 'report', bytes, sums, latencies, cpuMs: (user + system) / 1000 },
  } satisfies ViewersNews)
})
process.once('disconnect', () => process.exit())
