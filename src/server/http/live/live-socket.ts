import proxyAddr from '@fastify/proxy-addr'
import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import { z } from 'zod'
import { CcrError, codes } from '../../../protocol/codes.ts'
import { channelIdSchema } from '../../../protocol/events.ts'
import { liveProtocol } from '../../../protocol/live/live-client.ts'
import type { LiveViewer } from '../../core/live/live-viewer.ts'
import type { Credential } from '../auth.ts'
import { formatProblem, problemType } from '../error-response.ts'
import {
  backlogSchema,
  checkTokenEveryMs,
  liveTracksSchema,
  querySchema,
  sinceOf,
  sinceSchema,
  troubleOf,
  type LiveRoutesOptions,
} from './live-wish.ts'
import type { LiveLimits } from './live-limits.ts'
import { SocketSink } from './socket-sink.ts'

const path = '/api/v1/live'
/** The longest message is a subscription with a query. */
const maxMessageBytes = 8192
/** Messages of one viewer in ten seconds; a wall of fifty tiles subscribes with fifty. */
const messagesPerWindow = 400
const windowMs = 10_000
/** A socket that answers no ping for this long is half open. */
const pingEveryMs = 30_000
/** A socket that follows nothing for this long has no reason to be open. */
const idleMs = 60_000
/** A reader that does not answer the close in this time is cut off. */
const closeWithinMs = 2000
/** All connections are looked at by one timer, this often. */
const sweepEveryMs = 1000

const messageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('subscribe'),
    channel: channelIdSchema,
    since: sinceSchema,
    tracks: liveTracksSchema.optional(),
    query: querySchema.optional(),
    backlog: backlogSchema,
  }),
  z.object({ type: z.literal('unsubscribe'), channel: channelIdSchema }),
  z.object({ type: z.literal('ping') }),
])

interface Options extends LiveRoutesOptions {
  readonly limits: LiveLimits
}

/** `GET /api/v1/live`: one WebSocket for any number of channels. */
export function acceptSockets(server: Server, options: Options): void {
  const upgrades = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    // Frames of a few bytes gain little from deflate and cost a context a viewer (bench/README.md).
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(liveProtocol) ? liveProtocol : false),
  })
  const connections = new Set<Connection>()
  const sweep = setInterval(() => {
    const nowMs = Date.now()
    for (const connection of connections) connection.look(nowMs)
  }, sweepEveryMs)
  sweep.unref()
  server.once('close', () => clearInterval(sweep))
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    void accept(request, socket, head)
  })

  async function accept(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    try {
      const url = new URL(request.url ?? '/', 'http://any')
      if (url.pathname !== path) throw new CcrError('not-found')
      const token = url.searchParams.get('access_token') ?? undefined
      await options.access.settle(request.headers, token)
      if (socket.destroyed) return
      const credential = options.access.socketCredential(request.headers, token)
      const release = options.limits.take(credential, proxyAddr(request, options.trust))
      socket.once('close', release)
      upgrades.handleUpgrade(request, socket, head, (ws) => {
        const connection = new Connection(ws, socket, credential, options)
        connections.add(connection)
        ws.once('close', () => {
          connections.delete(connection)
          connection.ended()
        })
      })
    } catch (error) {
      refuse(socket, error instanceof CcrError ? error : new CcrError('internal'))
    }
  }
}

function refuse(socket: Duplex, error: CcrError): void {
  const { status } = codes[error.code]
  const body = JSON.stringify(formatProblem(error))
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Type: ${problemType}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n${status === 429 ? 'Retry-After: 30\r\n' : ''}\r\n${body}`,
  )
}

class Connection {
  readonly #ws: WebSocket
  readonly #socket: Duplex
  readonly #credential: Credential | undefined
  readonly #options: Options
  readonly #sink: SocketSink
  readonly #viewer: LiveViewer
  #isAlive = true
  #pingAtMs: number
  #checkAtMs: number
  #idleSinceMs: number
  #windowEndsMs = 0
  #messages = 0
  #cutAtMs = Infinity

  constructor(ws: WebSocket, socket: Duplex, credential: Credential | undefined, options: Options) {
    this.#ws = ws
    this.#socket = socket
    this.#credential = credential
    this.#options = options
    this.#sink = new SocketSink(socket, (code, reason) => this.#close(code, reason))
    this.#viewer = options.hub.join(options.access.readerOf(credential), this.#sink)
    const nowMs = Date.now()
    // Spread, so that those who came together are not pinged together.
    this.#pingAtMs = nowMs + pingEveryMs * (0.5 + Math.random() / 2)
    this.#checkAtMs = nowMs + checkTokenEveryMs
    this.#idleSinceMs = nowMs
    ws.on('pong', () => (this.#isAlive = true))
    ws.on('message', (data, isBinary) => this.#message(data, isBinary))
    ws.on('error', () => undefined)
  }

  ended(): void {
    this.#options.hub.leave(this.#viewer)
  }

  /** What must happen now and then: pings, the token's check, the end of who is idle or does not let go. */
  look(nowMs: number): void {
    if (nowMs >= this.#cutAtMs) this.#socket.destroy()
    if (nowMs >= this.#pingAtMs) this.#ping(nowMs)
    if (this.#viewer.wishes.size > 0) this.#idleSinceMs = nowMs
    else if (nowMs - this.#idleSinceMs > idleMs) this.#close(codes.idle.close, 'nothing followed')
    if (this.#credential === undefined || nowMs < this.#checkAtMs) return
    this.#checkAtMs = nowMs + checkTokenEveryMs
    const trouble = troubleOf(this.#options.access, this.#credential)
    if (trouble !== null) this.#close(codes[trouble.code].close, trouble.message)
  }

  #ping(nowMs: number): void {
    this.#pingAtMs = nowMs + pingEveryMs
    if (!this.#isAlive) {
      this.#ws.terminate()
      return
    }
    this.#isAlive = false
    this.#ws.ping()
  }

  #message(data: RawData, isBinary: boolean): void {
    this.#isAlive = true
    const nowMs = Date.now()
    if (nowMs >= this.#windowEndsMs) {
      this.#windowEndsMs = nowMs + windowMs
      this.#messages = 0
    }
    if (++this.#messages > messagesPerWindow) {
      this.#close(codes['too-many-requests'].close, 'too many messages')
      return
    }
    const parsed = isBinary ? undefined : messageSchema.safeParse(parseJson(data))
    if (parsed?.success !== true) {
      this.#close(codes['bad-request'].close, 'not a message of ccr.live.v1')
      return
    }
    const message = parsed.data
    const { hub } = this.#options
    if (message.type === 'ping') {
      this.#sink.message({ type: 'pong' })
    } else if (message.type === 'unsubscribe') {
      hub.unsubscribe(this.#viewer, message.channel)
      this.#sink.message({ type: 'unsubscribed', channel: message.channel })
    } else {
      this.#subscribe(message)
    }
  }

  #subscribe(message: Extract<z.infer<typeof messageSchema>, { type: 'subscribe' }>): void {
    const { channel, since, tracks, query, backlog } = message
    try {
      this.#options.hub.subscribe(this.#viewer, channel, {
        since: sinceOf(since),
        tracks: tracks === undefined || tracks.length === 0 ? null : tracks,
        query: query ?? null,
        backlog,
      })
    } catch (error) {
      if (!(error instanceof CcrError)) throw error
      this.#sink.problem(channel, error.code, error.message)
    }
  }

  /** A reader that does not answer the close is cut off: it may be the reason for closing. */
  #close(code: number, reason: string): void {
    if (this.#cutAtMs !== Infinity) return
    this.#ws.close(code, reason)
    this.#cutAtMs = Date.now() + closeWithinMs
  }
}

function parseJson(data: RawData): unknown {
  try {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as ArrayBuffer)
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    // Not JSON: the caller closes.
    return undefined
  }
}
