import type { ClientRequest, IncomingMessage } from 'node:http'
import {
  maxLineBytes,
  serverLineSchema,
  type DraftEvent,
  type SkipEvent,
  type ServerLine,
} from '../protocol/events.ts'
import type { ProducerStatus } from '../protocol/producer-status.ts'
import { ClockQuestion } from './clock/clock-question.ts'
import type { ClockSample } from './clock/tuner-clock.ts'
import {
  explain,
  parseJson,
  readRefusal,
  RefusedError,
  type Ending,
  type UploadTimes,
} from './feed-answers.ts'
import { openFeedRequest } from './feed-request.ts'
import { LineDecoder } from '../protocol/ndjson.ts'
import { lastOf, wireLine } from './spool/record.ts'
import type { Spool } from './spool/spool.ts'

const readBytes = 128 * 1024
/** A short request is no longer than this: proxies refuse bodies over 1 MB unless they are told otherwise. */
const shortBytes = 384 * 1024
/** Another sender may end at any moment; asking is cheap. */
const busyRetryMs = 5000
const refusals = new Set([401, 403, 404])
/** A server that asks for more patience than this is asked again anyway. */
const longestRetryMs = 30_000

export interface FeedConnectionOptions {
  readonly server: string
  readonly channel: string
  readonly token: string
  readonly spool: Spool
  readonly times: UploadTimes
  /** A proxy holds requests back until they are whole: send short ones. */
  readonly short: boolean
  /** As the spool numbers. */
  readonly received: number
  /** What is told of the sender itself; null to a server that would not understand it. */
  readonly status: () => ProducerStatus | null
  /** The server's time, asked for and answered. */
  readonly clock: (sample: ClockSample) => void
  /** What the server says, in the spool's numbers. False: what this connection was opened with is no longer so. */
  readonly line: (line: ServerLine) => Promise<boolean>
}

/** One request: events up, acknowledgements down. */
export class FeedConnection {
  readonly #options: FeedConnectionOptions
  readonly #request: ClientRequest
  readonly #lines = new LineDecoder(maxLineBytes)
  readonly #timers: NodeJS.Timeout[] = []
  readonly #done = Promise.withResolvers<Ending>()
  #next: number | null = null
  readonly #heldDrafts = new Map<string, Readonly<{ draft: DraftEvent; afterSeq: number }>>()
  #pumping = false
  #wanted = false
  #isEnding = false
  /** On a clock that nobody sets: that of the wall may jump by hours. */
  #lastHeardMs = performance.now()
  #sentBytes = 0
  readonly #question = new ClockQuestion()
  #isConnected = false
  #isStreaming = false
  #handling: Promise<void> = Promise.resolve()
  #retryAfterMs: number | null = null
  #error: string | null = null
  #refusal: RefusedError | undefined
  #welcomed = false
  #isHeldBack = false

  constructor(options: FeedConnectionOptions) {
    this.#options = options
    const { server, channel, token, spool } = options
    const received = Math.max(0, options.received - spool.offset)
    const { producer } = spool
    this.#request = openFeedRequest({ server, channel, token, producer, received })
  }

  async run(signal: AbortSignal): Promise<Ending> {
    const { times, short } = this.#options
    const request = this.#request
    const stop = (): void => this.#finish('stopped')
    signal.addEventListener('abort', stop, { once: true })
    request.once('response', (response) => this.#response(response))
    request.once('error', (error) => this.#finish(explain(error)))
    request.once('socket', (socket) => {
      const connected = request.protocol === 'https:' ? 'secureConnect' : 'connect'
      socket.once(connected, () => {
        this.#isConnected = true
        this.#question.connected()
      })
    })
    request.on('drain', () => this.wake())
    request.setNoDelay(true)
    request.flushHeaders()
    this.#timers.push(setTimeout(() => this.#noWelcome(), short ? times.silence : times.welcome))
    this.#timers.push(setInterval(() => this.#checkLife(), times.ping / 2))
    if (short) this.#sendShortBody()
    else this.#timers.push(setTimeout(() => this.#endRequest(), times.request))
    try {
      const ending = await this.#done.promise
      await this.#handling
      if (this.#refusal !== undefined) throw this.#refusal
      return ending
    } finally {
      signal.removeEventListener('abort', stop)
      for (const timer of this.#timers) clearTimeout(timer)
      request.destroy()
    }
  }

  /** The highest number that was sent, as the spool numbers; 0 when none was. */
  get sentTo(): number {
    return this.#next === null ? 0 : this.#next - 1
  }

  /** There may be something to send, or room for it. */
  wake(): void {
    this.#wanted = true
    if (!this.#pumping) void this.#pump()
  }

  /** Drafts do not wait for the disk, except for the cue that makes them the next row. */
  draft(draft: DraftEvent, afterSeq: number): void {
    if (this.#next === null || !this.#isOpen() || this.#request.writableNeedDrain) return
    if (this.#next <= afterSeq) this.#heldDrafts.set(draft.track, { draft, afterSeq })
    else this.#write(draft)
  }

  #sendHeldDrafts(): void {
    for (const [track, { draft, afterSeq }] of this.#heldDrafts) {
      if (this.#next === null || this.#next <= afterSeq) continue
      this.#heldDrafts.delete(track)
      this.#write(draft)
    }
  }

  #canSend(): boolean {
    return this.#next !== null && !this.#isEnding && !this.#request.writableNeedDrain
  }

  #isOpen(): boolean {
    return !this.#isEnding
  }

  async #pump(): Promise<void> {
    const { spool } = this.#options
    this.#pumping = true
    try {
      while (this.#wanted && this.#next !== null && this.#isOpen()) {
        this.#wanted = false
        if (this.#request.writableNeedDrain) return
        const records = await spool.read(this.#next, readBytes)
        const [first] = records
        const last = records.at(-1)
        if (first === undefined || last === undefined || !this.#isOpen()) continue
        if (first.seq > this.#next) this.#skip(this.#next, first.seq, 'spool-overflow')
        const text = records.map((record) => wireLine(record, spool.offset)).join('')
        this.#request.write(text)
        this.#next = lastOf(last) + 1
        this.#sendHeldDrafts()
        this.#wanted = true
        this.#sentBytes += text.length
        if (this.#options.short && this.#sentBytes > shortBytes) this.#endRequest()
      }
    } catch (error) {
      this.#finish(`the spool cannot be read: ${explain(error)}`)
    } finally {
      this.#pumping = false
      if (this.#wanted && this.#canSend()) void this.#pump()
    }
  }

  #response(response: IncomingMessage): void {
    response.on('error', () => undefined)
    if (response.statusCode !== 200) {
      void this.#refused(response)
      return
    }
    response.on('data', (chunk: Buffer) => {
      this.#lastHeardMs = performance.now()
      for (const line of this.#lines.push(chunk)) if (line.ok) this.#handle(line.text)
    })
    response.once('close', () => {
      this.#handling = this.#handling.then(() => this.#finish(this.#error))
    })
  }

  #handle(text: string): void {
    const parsed = serverLineSchema.safeParse(parseJson(text))
    // A line of a newer server is not this client's to understand.
    if (!parsed.success) return
    const line = this.#inSpoolNumbers(parsed.data)
    this.#handling = this.#handling
      .then(() => this.#take(line))
      .catch((error: unknown) => this.#finish(explain(error)))
  }

  #inSpoolNumbers(line: ServerLine): ServerLine {
    if (line.type !== 'welcome' && line.type !== 'ack') return line
    const { offset } = this.#options.spool
    return { ...line, received: line.received + offset, stored: line.stored + offset }
  }

  async #take(line: ServerLine): Promise<void> {
    switch (line.type) {
      case 'welcome':
        this.#welcomed = true
        this.#tellClock(line.now)
        this.#isStreaming = this.#isOpen()
        if (!(await this.#options.line(line))) {
          this.#retryAfterMs = 0
          this.#finish(null)
        } else if (!this.#options.short) {
          this.#start(line.received, line.stored)
          this.wake()
          this.#tellStatus()
        }
        break
      case 'ping':
        this.#write({ type: 'pong', at: line.at, now: new Date().toISOString() })
        break
      case 'bye':
        this.#retryAfterMs = line.after
        this.#endRequest()
        break
      case 'problem':
        this.#problem(line.status, line.code, line.detail ?? line.title)
        break
      case 'ack':
      case 'warn':
        await this.#options.line(line)
        break
      case 'pong':
        this.#tellClock(line.now)
        break
    }
  }

  /** Numbers that are neither here nor there get a `skip`, so that the server can go on. */
  #start(received: number, stored: number): void {
    const { spool } = this.#options
    const { first, offset } = spool
    this.#next = Math.max(first, received + 1)
    if (received + 1 >= first) return
    const reason = spool.hasDropped
      ? 'spool-overflow'
      : stored === offset
        ? 'new-server'
        : 'server-restored'
    this.#skip(received + 1, first, reason)
  }

  /** Says that the numbers from `from` on, up to `next`, are no more. */
  #skip(from: number, next: number, reason: SkipEvent['reason']): void {
    const { offset } = this.#options.spool
    this.#write({ seq: from - offset, type: 'skip', to: next - 1 - offset, reason })
  }

  /** The request is whole after a moment's events; its answer says what was received. */
  #sendShortBody(): void {
    const { received, spool, times } = this.#options
    this.#start(received, received)
    this.#tellStatus()
    this.wake()
    const wait = spool.durable > received ? times.shortBody / 4 : times.shortBody
    this.#timers.push(setTimeout(() => this.#endRequest(), wait))
    this.#retryAfterMs = 0
  }

  async #refused(response: IncomingMessage): Promise<void> {
    const { status, code, said } = await readRefusal(response)
    const after = Number(response.headers['retry-after'])
    if (Number.isFinite(after)) this.#retryAfterMs = Math.min(after * 1000, longestRetryMs)
    this.#problem(status, code, said)
    this.#finish(said)
  }

  #problem(status: number, code: string, said: string): void {
    this.#error = said
    // What was to follow a request that went well at once does not follow this one so.
    if (this.#retryAfterMs === 0) this.#retryAfterMs = null
    if (refusals.has(status)) this.#refusal = new RefusedError(said)
    if (status === 413 && !this.#welcomed) this.#isHeldBack = true
    if (code === 'storage-unavailable') this.#retryAfterMs ??= 2000
    if (code === 'channel-busy')
      this.#retryAfterMs = Math.min(this.#retryAfterMs ?? busyRetryMs, busyRetryMs)
  }

  #checkLife(): void {
    if (performance.now() - this.#lastHeardMs > this.#options.times.silence)
      this.#finish('nothing was heard of the server for too long')
    else if (this.#welcomed && !this.#options.short) {
      this.#question.ping()
      this.#write({ type: 'ping', at: new Date().toISOString() })
      this.#tellStatus()
    }
  }

  #tellStatus(): void {
    const status = this.#options.status()
    if (status !== null) this.#write(status)
  }

  #tellClock(serverTime: string | undefined): void {
    const sample = this.#question.answer(serverTime, this.#lastHeardMs)
    if (sample !== null) this.#options.clock(sample)
  }

  #noWelcome(): void {
    if (this.#welcomed) return
    this.#isHeldBack = !this.#options.short && this.#isConnected
    this.#finish(
      this.#isHeldBack
        ? 'no welcome: something between holds requests back; sending short ones'
        : 'the server did not answer',
    )
  }

  #write(line: object): void {
    if (!this.#isEnding) this.#request.write(`${JSON.stringify(line)}\n`)
  }

  /** Ends this side; the server answers with its last acknowledgement and ends the other. */
  #endRequest(): void {
    if (this.#isEnding) return
    this.#isEnding = true
    this.#retryAfterMs ??= 0
    this.#request.end()
  }

  #finish(error: string | null): void {
    if (!this.#welcomed && this.#retryAfterMs === 0) this.#retryAfterMs = null
    this.#done.resolve({
      ...{ retryAfterMs: this.#retryAfterMs, error },
      ...{ isHeldBack: this.#isHeldBack, isStreaming: this.#isStreaming },
    })
  }
}
