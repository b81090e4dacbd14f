import { createConnection } from 'node:net'
import { constants, createDeflateRaw } from 'node:zlib'
import { FrameReader, type Heard } from './frame-reader.ts'
import { channelName, channelsOf, hashCue, Schedule } from './load.ts'
import { ViewerSocket } from '../../test/support/viewer-socket.ts'

/**
 * `viewers.ts ENGINE PORT COUNT`: that many viewers in one process, on bare sockets. Every viewer sums the hashes of
 * the cues it heard, and counts its bytes; one in ten also looks at how long ago each update was decoded.
 */

export type ViewersCommand =
  | { readonly type: 'playing'; readonly beganMs: number }
  | { readonly type: 'count' }
  | { readonly type: 'report' }
export type ViewersNews =
  | { readonly type: 'ready' }
  | {
      readonly type: 'report'
      readonly bytes: number
      /** Sum of hashes by viewer. */
      readonly sums: readonly number[]
      /** Drafts and cues heard by every tenth viewer, by milliseconds since they were decoded. */
      readonly latencies: readonly number[]
      /** Cues alone: they are stored before they are told. */
      readonly cueLatencies: readonly number[]
      readonly cpuMs: number
      /** The bytes of one viewer after deflate, with a window kept through the connection. */
      readonly deflatedShare: number | null
    }

const [kind = '', port = '', wanted = ''] = process.argv.slice(2)
const count = Number(wanted)
const connectingAtOnce = 100
const slowestMs = 10_000
const lookingShare = 10

const sums = new Array<number>(count).fill(0)
const latencies = new Array<number>(slowestMs).fill(0)
const cueLatencies = new Array<number>(slowestMs).fill(0)
const sockets: ViewerSocket[] = []
const messages: Buffer[] = []
let floorBytes = 0
let schedule: Schedule | undefined
let cpuAtStart = process.cpuUsage()
let isCounting = false

function heard(viewer: number, { type, channel, id, text }: Heard): void {
  if (type === 'cue') sums[viewer] = ((sums[viewer] ?? 0) + hashCue(channel, id, text)) >>> 0
  if (!isCounting || viewer % lookingShare !== 0 || schedule === undefined) return
  const now = Date.now()
  const decoded = schedule.decodedAt(Number(channel.slice('channel-'.length)), id, text, now)
  if (decoded === undefined) return
  const late = Math.min(slowestMs - 1, Math.round(now - decoded))
  latencies[late] = (latencies[late] ?? 0) + 1
  if (type === 'cue') cueLatencies[late] = (cueLatencies[late] ?? 0) + 1
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
  if (kind === 'floor') {
    const socket = createConnection({ port: Number(port), host: '127.0.0.1', noDelay: true })
    socket.on('data', (part) => (floorBytes += part.length))
    await new Promise((resolve) => socket.once('connect', resolve))
    return
  }
  await new Promise<void>((resolve, reject) => {
    const reader = new FrameReader((said) => heard(viewer, said))
    let openings = 0
    const socket = new ViewerSocket(Number(port), {
      upgraded() {
        if (kind === 'ours')
          for (const channel of channelsOf(viewer).map(channelName))
            socket.send(JSON.stringify({ type: 'subscribe', channel, backlog: 0 }))
        else if (kind !== 'socketIo') resolve()
      },
      frame(opcode, body) {
        if (kind !== 'ours') {
          if (opcode === 1) other(viewer, socket, body, resolve)
          return
        }
        if (viewer === 0 && isCounting && opcode === 2) messages.push(Buffer.from(body))
        if (opcode === 2) reader.read(body)
        else if (reader.text(body.toString()) && ++openings === channelsOf(viewer).length) resolve()
      },
      closed(reason) {
        reject(new Error(reason))
        if (isCounting) console.error(`viewer ${viewer}: ${reason}`)
      },
    })
    sockets.push(socket)
    socket.upgrade(pathOf(viewer), kind === 'ours' ? 'ccr.live.v1' : null)
  })
}

const cueMark = Buffer.from('"type":"cue"')

/** A JSON object an update; only cues are looked into, except by those who look at latency. */
function other(viewer: number, socket: ViewerSocket, body: Buffer, resolve: () => void): void {
  if (kind === 'socketIo') {
    if (body[0] === 0x30) socket.send('40')
    else if (body[0] === 0x32) socket.send('3')
    else if (body[0] === 0x34 && body[1] === 0x30) resolve()
    if (body[1] !== 0x32) return
  }
  if (viewer % lookingShare !== 0 && !body.includes(cueMark)) return
  const text = body.toString()
  heard(
    viewer,
    JSON.parse(kind === 'socketIo' ? text.slice('42["update",'.length, -1) : text) as Heard,
  )
}

const bytesOf = (): number => sockets.reduce((sum, { bytes }) => sum + bytes, floorBytes)
let bytesAtStart = 0

let next = 0
await Promise.all(
  Array.from({ length: connectingAtOnce }, async () => {
    while (next < count) await connect(next++)
  }),
)
process.send?.({ type: 'ready' } satisfies ViewersNews)
process.on('message', (command: ViewersCommand) => {
  if (command.type === 'playing') schedule = new Schedule(command.beganMs)
  else if (command.type === 'count') {
    isCounting = true
    bytesAtStart = bytesOf()
    cpuAtStart = process.cpuUsage()
  } else void report()
})
process.once('disconnect', () => process.exit())

async function report(): Promise<void> {
  const { user, system } = process.cpuUsage(cpuAtStart)
  isCounting = false
  process.send?.({
    ...{ type: 'report', bytes: bytesOf() - bytesAtStart, sums, latencies, cueLatencies },
    cpuMs: (user + system) / 1000,
    deflatedShare: messages.length === 0 ? null : await deflatedShare(),
  } satisfies ViewersNews)
}

/** What permessage-deflate with a window for each viewer would make of one viewer's messages. */
async function deflatedShare(): Promise<number> {
  const deflate = createDeflateRaw()
  let deflated = 0
  deflate.on('data', (part: Buffer) => (deflated += part.length))
  for (const message of messages) {
    deflate.write(message)
    await new Promise<void>((resolve) => deflate.flush(constants.Z_SYNC_FLUSH, () => resolve()))
    // RFC 7692, section 7.2.1: the four bytes that end a flush are not sent.
    deflated -= 4
  }
  const raw = messages.reduce((sum, { length }) => sum + length, 0)
  return deflated / raw
}
