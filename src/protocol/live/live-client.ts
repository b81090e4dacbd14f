import type { LiveEvent } from './live.ts'
import { backoffMs, type Backoff } from '../backoff.ts'
import { decodeFrame, FrameError, type FrameReader } from './frame-decoder.ts'
import type { LiveServerMessage } from './live-frames.ts'
import type { LiveState } from './live-state.ts'
import { formatPosition, type Position } from '../position.ts'

/** The part of a WebSocket that is used; the browser's own and Node's fulfil it. */
export interface LiveSocket {
  binaryType: string
  onopen: ((event: never) => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number; reason: string }) => void) | null
  onerror: ((event: never) => void) | null
  send(text: string): void
  close(): void
}

export const liveProtocol = 'ccr.live.v1'

export interface LiveConnection {
  readonly status: 'connecting' | 'open' | 'waiting' | 'closed'
  /** Milliseconds since 1970. */
  readonly since: number
  readonly retryAt: number | null
  readonly reason: string | null
}

export interface LiveProblem {
  readonly channel: string | null
  readonly code: string
  readonly title: string
  readonly detail?: string
}

export interface LiveClientOptions {
  readonly url: string
  readonly openSocket: (url: string, protocols: string[]) => LiveSocket
  readonly handlers: {
    event(event: LiveEvent): void
    state?(connection: LiveConnection): void
    /** A subscription was refused or ended by the server. */
    problem?(problem: LiveProblem): void
  }
  readonly now: () => number
  readonly random: () => number
  readonly setTimer: (run: () => void, ms: number) => unknown
  readonly clearTimer: (timer: unknown) => void
}

export interface SubscribeOptions {
  readonly since?: Position | undefined
  readonly tracks?: readonly string[] | undefined
  readonly query?: string | undefined
  /** How many past cues a snapshot brings; the server's choice when left out. */
  readonly backlog?: number | undefined
}

interface Subscription extends FrameReader {
  readonly options: SubscribeOptions
  state: LiveState
  slot: number | null
}

const backoff: Backoff = { firstMs: 500, longestMs: 30_000 }
/** The server says something at least every 20 s; twice that without a word is a dead connection. */
const silenceMs = 45_000

const unknownState: LiveState = {
  position: { epoch: '', seq: 0 },
  tracks: [],
  current: 0,
  clockMs: 0,
  airing: null,
}

/**
 * Follows channels over one socket, through every interruption: it comes back with jittered back-off,
 * resumes each channel at its position, and tells events whole, once and in order.
 */
export class LiveClient {
  readonly #options: LiveClientOptions
  readonly #subscriptions = new Map<string, Subscription>()
  readonly #bySlot = new Map<number, Subscription>()
  #socket: LiveSocket | undefined
  #isOpen = false
  #attempt = 0
  #timer: unknown
  #lastHeard = 0
  #isClosed = false
  #comeBackMs: number | undefined
  #connection: LiveConnection

  constructor(options: LiveClientOptions) {
    this.#options = options
    this.#connection = { status: 'connecting', since: options.now(), retryAt: null, reason: null }
  }

  get connection(): LiveConnection {
    return this.#connection
  }

  /** Starts following a channel; replaces an earlier subscription of it. */
  subscribe(channel: string, options: SubscribeOptions = {}): void {
    const state = { ...unknownState, tracks: [] }
    this.#forget(channel)
    const subscription: Subscription = { channel, options, state, slot: null }
    this.#subscriptions.set(channel, subscription)
    if (this.#isOpen) this.#ask(subscription)
    else if (this.#socket === undefined && this.#timer === undefined) this.#connect()
  }

  unsubscribe(channel: string): void {
    if (!this.#subscriptions.has(channel)) return
    this.#forget(channel)
    if (this.#isOpen) this.#send({ type: 'unsubscribe', channel })
  }

  close(): void {
    this.#isClosed = true
    this.#drop('closed by this side')
    this.#tell('closed', null, null)
  }

  #connect(): void {
    if (this.#isClosed) return
    this.#tell('connecting', null, this.#connection.reason)
    const socket = this.#options.openSocket(this.#options.url, [liveProtocol])
    socket.binaryType = 'arraybuffer'
    this.#socket = socket
    this.#lastHeard = this.#options.now()
    this.#watch()
    socket.onopen = () => {
      this.#isOpen = true
      this.#lastHeard = this.#options.now()
      this.#tell('open', null, null)
      for (const subscription of this.#subscriptions.values()) this.#ask(subscription)
    }
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket) return
      this.#lastHeard = this.#options.now()
      this.#attempt = 0
      this.#message(data)
    }
    socket.onclose = ({ code, reason }) => {
      if (socket === this.#socket) this.#comeBack(reason === '' ? `closed (${code})` : reason)
    }
    socket.onerror = () => undefined
  }

  #message(data: unknown): void {
    try {
      if (typeof data === 'string') this.#text(JSON.parse(data) as LiveServerMessage)
      else if (data instanceof ArrayBuffer)
        decodeFrame(
          new Uint8Array(data),
          (slot) => this.#bySlot.get(slot),
          (event) => this.#emit(event),
        )
    } catch (error) {
      if (!(error instanceof FrameError) && !(error instanceof SyntaxError)) throw error
      // What is held can no longer be trusted; positions can, so nothing is lost by starting again.
      this.#comeBack(error.message)
    }
  }

  /** Frames of a subscription that was ended on this side meanwhile are read over in silence. */
  #emit(event: LiveEvent): void {
    if (event.type === 'bye' || this.#subscriptions.has(event.channel))
      this.#options.handlers.event(event)
  }

  #text(message: LiveServerMessage): void {
    switch (message.type) {
      case 'snapshot': {
        const { channel, complete, cues, drafts, airing, state } = message
        if (!this.#begin(message.slot, channel, state)) return
        const { position } = state
        this.#emit({ type: 'snapshot', channel, position, complete, cues, drafts, airing })
        break
      }
      case 'resumed':
        if (!this.#begin(message.slot, message.channel, message.state)) return
        for (const event of message.events) this.#emit(event)
        for (const draft of message.drafts)
          this.#emit({ type: 'draft', channel: message.channel, ...draft })
        break
      case 'problem':
        if (message.channel !== null) this.#forget(message.channel)
        this.#options.handlers.problem?.(message)
        break
      case 'bye':
        this.#comeBackMs = message.after
        this.#options.handlers.event({ type: 'bye', after: message.after })
        break
      case 'unsubscribed':
      case 'pong':
        break
    }
  }

  #begin(slot: number, channel: string, state: LiveState): boolean {
    const subscription = this.#subscriptions.get(channel)
    // Ended on this side while the answer was under way: its frames must still be readable.
    const known = subscription ?? { channel, options: {}, state, slot }
    known.state = state
    known.slot = slot
    this.#bySlot.set(slot, known)
    return subscription !== undefined
  }

  #ask({ channel, options, state }: Subscription): void {
    const known = state.position.epoch === '' ? options.since : state.position
    this.#send({
      type: 'subscribe',
      channel,
      since: known === undefined ? undefined : formatPosition(known),
      tracks: options.tracks,
      query: options.query,
      backlog: options.backlog,
    })
  }

  #send(message: object): void {
    this.#socket?.send(JSON.stringify(message))
  }

  #forget(channel: string): void {
    this.#subscriptions.delete(channel)
  }

  #drop(reason: string): void {
    const socket = this.#socket
    this.#socket = undefined
    this.#isOpen = false
    this.#bySlot.clear()
    if (this.#timer !== undefined) this.#options.clearTimer(this.#timer)
    this.#timer = undefined
    socket?.close()
    this.#connection = { ...this.#connection, reason }
  }

  #comeBack(reason: string): void {
    if (this.#isClosed) return
    this.#drop(reason)
    if (this.#subscriptions.size === 0) {
      // Nothing to come back for; the next subscription connects.
      this.#tell('waiting', null, reason)
      return
    }
    const wait = this.#comeBackMs ?? backoffMs(backoff, ++this.#attempt, this.#options.random())
    this.#comeBackMs = undefined
    this.#tell('waiting', this.#options.now() + wait, reason)
    this.#timer = this.#options.setTimer(() => {
      this.#timer = undefined
      this.#connect()
    }, wait)
  }

  #watch(): void {
    this.#timer = this.#options.setTimer(() => {
      this.#timer = undefined
      if (this.#options.now() - this.#lastHeard > silenceMs) this.#comeBack('nothing was heard')
      else this.#watch()
    }, silenceMs / 3)
  }

  #tell(status: LiveConnection['status'], retryAt: number | null, reason: string | null): void {
    this.#connection = { status, since: this.#options.now(), retryAt, reason }
    this.#options.handlers.state?.(this.#connection)
  }
}
