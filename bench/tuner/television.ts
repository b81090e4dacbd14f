import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { frameMs, makeBroadcast, makeFrames } from './broadcast.ts'

/**
 * `television.ts BITS MINUTES`: what stands around the tuner side of a benchmark, and is not measured. GET is a live
 * stream from its beginning, at the pace of television; POST a repository that says at once that it has everything.
 */

export type TelevisionNews =
  | { readonly type: 'listening'; readonly url: string }
  | {
      readonly type: 'counts'
      readonly watching: number
      readonly feeds: number
      readonly cues: number
    }

const tickMs = 100
const ackMs = 500
const [bits, minutes] = [Number(process.argv[2]), Number(process.argv[3])]
const pieces = makeBroadcast(makeFrames(7, minutes), bits)
/** Where each frame begins in the whole of it. */
const starts = [0]
for (const piece of pieces) starts.push((starts.at(-1) ?? 0) + piece.length)
const whole = Buffer.concat(pieces)

const watching = new Map<ServerResponse, { readonly beganMs: number; sent: number }>()
const feeds = new Map<ServerResponse, { seq: number; acked: number }>()
let cues = 0

const server = createServer((request, response) => {
  response.on('error', () => undefined)
  request.on('error', () => undefined)
  if (request.method === 'GET') {
    watching.set(response, { beganMs: performance.now(), sent: 0 })
    response.on('close', () => watching.delete(response))
    response.flushHeaders()
    return
  }
  const feed = { seq: 0, acked: 0 }
  feeds.set(response, feed)
  response.on('close', () => feeds.delete(response))
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  const now = new Date().toISOString()
  const producer = request.headers['ccr-producer']
  response.write(
    `${JSON.stringify({ type: 'welcome', producer, received: 0, stored: 0, epoch: 'abcdefgh', now })}\n`,
  )
  let rest = ''
  request.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const seq = Number(/^\{"seq":([0-9]+)/.exec(line)?.[1] ?? 0)
      feed.seq = Math.max(feed.seq, seq)
      if (seq > 0 && line.includes('"type":"cue"')) cues++
    }
  })
})
setInterval(() => {
  for (const [response, watcher] of watching) {
    const frame = Math.floor((performance.now() - watcher.beganMs) / frameMs)
    const due = starts[Math.min(frame, pieces.length)] ?? whole.length
    if (due > watcher.sent) response.write(whole.subarray(watcher.sent, due))
    watcher.sent = Math.max(watcher.sent, due)
  }
}, tickMs)
setInterval(() => {
  for (const [response, feed] of feeds) {
    if (feed.seq === feed.acked) continue
    feed.acked = feed.seq
    response.write(`{"type":"ack","received":${feed.seq},"stored":${feed.seq}}\n`)
  }
}, ackMs)
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.send?.({ type: 'listening', url: `http://127.0.0.1:${port}` } satisfies TelevisionNews)
})
process.on('message', () => {
  const counts = { watching: watching.size, feeds: feeds.size, cues }
  process.send?.({ type: 'counts', ...counts } satisfies TelevisionNews)
})
process.once('disconnect', () => process.exit())
