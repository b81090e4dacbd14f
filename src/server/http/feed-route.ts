import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import { CcrError, codes, isStorageDown } from '../../protocol/codes.ts'
import { channelIdSchema, maxLineBytes, type ServerLine } from '../../protocol/events.ts'
import { LineDecoder } from '../../protocol/ndjson.ts'
import type { Feeds, OpenFeed } from '../core/ingest/feeds.ts'
import { IngestSession } from '../core/ingest/ingest-session.ts'
import type { Producers } from '../core/ingest/producers.ts'
import type { Broker } from '../ports/broker.ts'
import type { Directory } from '../ports/directory.ts'
import type { Leases } from '../ports/leases.ts'
import type { Log } from '../ports/log.ts'
import type { Logger } from '../ports/telemetry.ts'
import type { Access, Credential } from './auth.ts'
import { sendProblem } from './error-response.ts'

/** Silence after which a connection counts as dead; pings go out three times as often. */
const silenceMs = 30_000
const pingEveryMs = 10_000
/** How often a token is looked at again while its feed goes on: a revoked one ends within 5 s. */
const checkEveryMs = 2000
/** Bytes of one feed that may wait for storage before its socket is read no further. */
const mostUnstoredBytes = 4 * 1024 * 1024
/** How long a refused sender gets to read why, before its connection is cut. */
const lingerMs = 1000

export interface FeedOptions {
  readonly access: Access
  readonly directory: Directory
  readonly log: Log
  readonly broker: Broker
  readonly leases: Leases
  readonly feeds: Feeds
  readonly producers: Producers
  readonly logger: Logger
  readonly now: () => number
  /** Aborted when the server drains. */
  readonly draining: AbortSignal
  /** Milliseconds after which a drained producer should come back. */
  readonly comeBackMs: () => number
}

const paramsSchema = z.object({ channel: channelIdSchema })

/** `POST /channels/{channel}/feed`: docs/protocol.md, "Feed". */
export function registerFeedRoute(app: FastifyInstance, options: FeedOptions): void {
  app.removeAllContentTypeParsers()
  // The body is a stream of lines whatever its declared type: `curl --data-binary` says x-www-form-urlencoded.
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  app.post(
    '/channels/:channel/feed',
    {
      config: { rateLimit: false },
      schema: {
        tags: ['feed'],
        operationId: 'feed',
        summary: 'Feed a channel: NDJSON events up, acknowledgements down on the same connection',
        description:
          'See docs/protocol.md; each line of the body is a FeedLine, each of the answer a ServerLine.',
        params: paramsSchema,
      },
    },
    async (request, reply) => {
      const { channel } = paramsSchema.parse(request.params)
      await openFeed(request, reply, channel, options)
    },
  )
}

async function openFeed(
  request: FastifyRequest,
  reply: FastifyReply,
  channel: string,
  options: FeedOptions,
): Promise<void> {
  const { log, leases, directory } = options
  let accepted
  try {
    // It may have been made on another node a moment ago, and its token with it.
    if (directory.channel(channel) === undefined) await directory.settle()
    accepted = accept(request, channel, options)
  } catch (error) {
    refuse(request, reply, error instanceof CcrError ? error : new CcrError('internal'))
    return
  }
  const connection = new FeedConnection(request, reply, channel, accepted, options)
  try {
    const lease = await leases.acquire(channel, accepted.producer, connection.fence)
    if (!lease.ok) {
      reply.header('retry-after', Math.ceil(lease.retryAfterMs / 1000))
      refuse(request, reply, new CcrError('channel-busy'))
      return
    }
    const fence = await log.fence(channel)
    const state = await log.producer(channel, accepted.producer)
    const { epoch } = await log.tip(channel)
    connection.open(fence, state, epoch)
  } catch (error) {
    leases.release(channel, connection.fence)
    // A storage that fails tells so once by itself, not for each sender that tries.
    if (!isStorageDown(error))
      options.logger.error({ err: error, channel }, 'a feed could not be opened')
    refuse(request, reply, new CcrError('storage-unavailable', undefined, { cause: error }))
    return
  }
  await connection.done
}

interface Accepted {
  readonly credential: Credential
  readonly producer: string
}

function accept(request: FastifyRequest, channel: string, options: FeedOptions): Accepted {
  if (options.draining.aborted) throw new CcrError('draining')
  const credential = options.access.credential(request)
  if (credential === undefined) throw new CcrError('unauthorized')
  if (options.directory.channel(channel) === undefined)
    throw new CcrError(
      'unknown-channel',
      `There is no channel ${channel}; ccr channel add makes one.`,
    )
  if (!credential.rights.feeds(channel))
    throw new CcrError('forbidden', `This token does not feed ${channel}.`)
  const producer = z.uuid().safeParse(request.headers['ccr-producer'])
  if (!producer.success) throw new CcrError('no-producer')
  return { credential, producer: producer.data.toLowerCase() }
}

/** Answers before the body has been read: the sender may still be sending, and must get to read why. */
function refuse(request: FastifyRequest, reply: FastifyReply, problem: CcrError): void {
  reply.header('connection', 'close')
  sendProblem(reply, problem)
  request.raw.resume()
  reply.raw.once('finish', () => setTimeout(() => request.raw.destroy(), lingerMs).unref())
}

class FeedConnection implements OpenFeed {
  readonly done: Promise<void>
  readonly #request: FastifyRequest
  readonly #response: ServerResponse
  readonly #reply: FastifyReply
  readonly #channel: string
  readonly #accepted: Accepted
  readonly #options: FeedOptions
  readonly #lines = new LineDecoder(maxLineBytes)
  readonly #timers: NodeJS.Timeout[] = []
  readonly #finish: () => void
  #session: IngestSession | undefined
  /** On a clock that nobody sets. */
  #lastByteMs = performance.now()
  #fenced = false
  #closed = false

  constructor(
    request: FastifyRequest,
    reply: FastifyReply,
    channel: string,
    accepted: Accepted,
    options: FeedOptions,
  ) {
    this.#request = request
    this.#reply = reply
    this.#response = reply.raw
    this.#channel = channel
    this.#accepted = accepted
    this.#options = options
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.done = promise
    this.#finish = () => resolve(undefined)
  }

  /** Called by the connection that takes the channel over; its identity is the lease's. */
  readonly fence = (): void => {
    this.#fenced = true
    this.#end(new CcrError('fenced'))
  }

  stored(seq: number): void {
    this.#session?.stored(seq)
  }

  open(fence: number, state: { received: number; stored: number }, epoch: string): void {
    const { log, broker, leases, feeds, producers, logger, now } = this.#options
    const channel = this.#channel
    const { producer } = this.#accepted
    if (this.#fenced) {
      refuse(this.#request, this.#reply, new CcrError('fenced'))
      this.#finish()
      return
    }
    this.#session = new IngestSession({
      channel,
      producer,
      fence,
      ...state,
      log,
      broker,
      logger,
      now,
      send: (line) => this.#send(line),
      ended: (problem) => this.#end(problem),
      heard: (line) => producers.heard(channel, producer, line),
      released: () => leases.release(channel, this.fence),
    })
    this.#reply.hijack()
    this.#response.writeHead(200, {
      'content-type': 'application/x-ndjson; charset=utf-8',
      'cache-control': 'no-store',
      // nginx would otherwise hold acknowledgements back.
      'x-accel-buffering': 'no',
    })
    this.#send({
      ...{ type: 'welcome', producer, ...state, epoch, now: new Date(now()).toISOString() },
      accepts: ['status'],
    })
    feeds.opened(channel, producer, this)
    producers.opened(channel, producer)
    broker.announce({ type: 'feed', channel, connected: true })
    logger.info({ channel, producer, received: state.received }, 'feed opened')
    this.#listen()
  }

  #listen(): void {
    const { raw } = this.#request
    raw.on('data', (chunk: Buffer) => this.#data(chunk))
    raw.once('end', () => void this.#bodyEnded())
    raw.once('error', () => this.#end(undefined))
    raw.once('close', () => {
      if (!raw.complete) this.#end(undefined)
    })
    this.#response.once('close', () => this.#end(undefined))
    this.#response.on('error', () => this.#end(undefined))
    this.#timers.push(
      setInterval(() => this.#checkLife(), pingEveryMs),
      setInterval(() => this.#checkToken(), checkEveryMs),
    )
    this.#options.draining.addEventListener('abort', this.#drain, { once: true })
  }

  #data(chunk: Buffer): void {
    const session = this.#session
    if (session === undefined || this.#closed) return
    this.#lastByteMs = performance.now()
    this.#options.leases.renew(this.#channel, this.fence)
    for (const line of this.#lines.push(chunk)) {
      if (!line.ok) {
        void session.fail(new CcrError('line-too-long'))
        return
      }
      if (!session.line(line.text)) return
    }
    if (session.unstoredBytes > mostUnstoredBytes) void this.#pause(session)
  }

  async #pause(session: IngestSession): Promise<void> {
    this.#request.raw.pause()
    await session.settle()
    // Reading was stopped by us; that is no silence of the sender.
    this.#lastByteMs = performance.now()
    this.#request.raw.resume()
  }

  /** A finite body: the answer ends with its last acknowledgement. */
  async #bodyEnded(): Promise<void> {
    const session = this.#session
    if (session === undefined || this.#closed) return
    for (const line of this.#lines.end()) if (line.ok) session.line(line.text)
    await session.settle()
    session.acknowledge()
    this.#end(undefined)
  }

  #checkLife(): void {
    if (this.#request.raw.isPaused()) {
      // It is we who do not read: the channel stays its producer's.
      this.#options.leases.renew(this.#channel, this.fence)
      return
    }
    const { now } = this.#options
    if (performance.now() - this.#lastByteMs > silenceMs) this.#end(new CcrError('idle'))
    else this.#send({ type: 'ping', at: new Date(now()).toISOString() })
  }

  #checkToken(): void {
    const { access, directory } = this.#options
    const known = access.renew(this.#accepted.credential)
    if (known?.rights.feeds(this.#channel) !== true)
      this.#end(new CcrError('unauthorized', 'The token was revoked or has expired.'))
    else if (directory.channel(this.#channel) === undefined)
      this.#end(new CcrError('unknown-channel'))
  }

  readonly #drain = (): void => {
    this.#send({ type: 'bye', after: this.#options.comeBackMs() })
    const session = this.#session
    void session?.settle().then(() => this.#end(undefined))
  }

  #send(line: ServerLine): void {
    if (!this.#closed && this.#response.writable) this.#response.write(`${JSON.stringify(line)}\n`)
  }

  #end(problem: CcrError | undefined): void {
    if (this.#closed || this.#session === undefined) return
    if (problem !== undefined) {
      const { status, says } = codes[problem.code]
      const detail = problem.message === says ? undefined : problem.message
      this.#send({ type: 'problem', status, code: problem.code, title: says, detail })
    }
    this.#closed = true
    this.#session.close()
    for (const timer of this.#timers) clearInterval(timer)
    this.#options.draining.removeEventListener('abort', this.#drain)
    const { broker, leases, feeds, producers, logger } = this.#options
    feeds.closed(this.#channel, this.#accepted.producer, this)
    producers.closed(this.#channel, this.#accepted.producer)
    leases.leave(this.#channel, this.fence)
    broker.announce({ type: 'feed', channel: this.#channel, connected: false })
    logger.info({ channel: this.#channel, code: problem?.code ?? 'done' }, 'feed closed')
    this.#response.end()
    if (!this.#request.raw.complete) {
      // The sender is in the middle of its body; it gets a moment to read the last line.
      this.#request.raw.resume()
      setTimeout(() => this.#request.raw.destroy(), lingerMs).unref()
    }
    this.#finish()
  }
}
