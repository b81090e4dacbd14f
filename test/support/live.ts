import { randomUUID } from 'node:crypto'
import {
  LiveClient,
  type LiveSocket,
  type LiveProblem,
  type SubscribeOptions,
} from '../../src/protocol/live/live-client.ts'
import type { LiveEvent } from '../../src/protocol/live/live.ts'
import type { Position } from '../../src/protocol/position.ts'
import { Feed } from './feed.ts'
import { until } from './processes.ts'

/** A tuner that says what the test wants. */
export class Tuner {
  #server: { readonly url: string }
  readonly #channel: string
  readonly #token: string
  readonly #tracks: readonly { readonly track: string; readonly language: string }[]
  readonly #producer = randomUUID()
  #feed: Feed | undefined
  #alive: NodeJS.Timeout | undefined
  #seq = 0
  #id = 0

  constructor(
    server: { readonly url: string },
    channel: string,
    token: string,
    /** Its tracks, or the language of its only one. */
    tracks: string | readonly { readonly track: string; readonly language: string }[] = 'en',
  ) {
    this.#tracks = typeof tracks === 'string' ? [{ track: 'CC1', language: tracks }] : tracks
    this.#server = server
    this.#channel = channel
    this.#token = token
  }

  async open(): Promise<void> {
    this.#feed = new Feed(this.#server, this.#channel, {
      authorization: `Bearer ${this.#token}`,
      'ccr-producer': this.#producer,
    })
    await this.#feed.wait(({ type }) => type === 'welcome')
    clearInterval(this.#alive)
    // A feed that is silent for 30 s is ended.
    this.#alive = setInterval(() => this.#feed?.send({ type: 'ping' }), 10_000).unref()
    if (this.#seq > 0) return
    await this.#durable({
      ...{ type: 'run', run: 'r1', startedAt: new Date().toISOString(), live: true },
      ...{ source: 'test', extractor: 'test', decoder: 'test' },
      tracks: this.#tracks,
    })
  }

  /** The next `open` is to another server, with the same data. */
  moveTo(server: { readonly url: string }): void {
    clearInterval(this.#alive)
    this.#server = server
  }

  draft(text: string, id = this.#id + 1): void {
    const start = new Date().toISOString()
    this.#feed?.send({ type: 'draft', run: 'r1', track: 'CC1', id, start, mode: 'roll-up', text })
  }

  /** Stored when it resolves; said now, unless another moment is told. */
  async cue(text: string, atMs = Date.now(), track = 'CC1'): Promise<void> {
    const now = new Date(atMs).toISOString()
    await this.#durable({
      ...{ type: 'cue', run: 'r1', track, id: ++this.#id, start: now, end: now },
      ...{ mode: 'roll-up', text },
    })
  }

  async close(): Promise<void> {
    clearInterval(this.#alive)
    await this.#feed?.end()
  }

  async #durable(event: object): Promise<void> {
    this.#feed?.send({ seq: ++this.#seq, ...event })
    await this.#feed?.ack(this.#seq)
  }
}

/** A reader that remembers everything it was told. */
export class Viewer implements Disposable {
  readonly events: LiveEvent[] = []
  readonly problems: LiveProblem[] = []
  readonly statuses: string[] = []
  readonly client: LiveClient
  #socket: WebSocket | undefined

  /** `url` is asked at every connection: a server that was restarted may be elsewhere. */
  constructor(url: () => string, token?: string) {
    this.client = new LiveClient({
      url: 'unused',
      openSocket: (_url, protocols) => {
        const address = new URL('/api/v1/live', url().replace('http', 'ws'))
        if (token !== undefined) address.searchParams.set('access_token', token)
        this.#socket = new WebSocket(address, protocols)
        return this.#socket as unknown as LiveSocket
      },
      handlers: {
        event: (event) => this.events.push(event),
        problem: (problem) => this.problems.push(problem),
        state: ({ status }) => this.statuses.push(status),
      },
      now: Date.now,
      random: Math.random,
      setTimer: setTimeout,
      clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
    })
  }

  follow(channel: string, since?: Position, options: SubscribeOptions = {}): this {
    this.client.subscribe(channel, { ...options, since })
    return this
  }

  /** The connection is lost, as by a tunnel or a lift. */
  cut(): void {
    this.#socket?.close()
  }

  get cues(): string[] {
    return this.events.flatMap((event) =>
      event.type === 'cue'
        ? [event.text]
        : event.type === 'snapshot'
          ? event.cues.map(({ text }) => text)
          : [],
    )
  }

  /** What was said on one channel, as told: a cue that was told twice is there twice. */
  cuesOf(channel: string): string[] {
    const told: { readonly id: number; readonly text: string }[] = []
    for (const event of this.events) {
      if (event.type === 'bye' || event.channel !== channel) continue
      if (event.type === 'cue') told.push(event)
      if (event.type !== 'snapshot') continue
      // One that was cut off before it had begun is shown what stands there, which it may know.
      for (const cue of event.cues) if (!told.some(({ id }) => id === cue.id)) told.push(cue)
    }
    return told.map(({ text }) => text)
  }

  get seqs(): number[] {
    return this.events.flatMap((event) => (event.type === 'cue' ? [event.position.seq] : []))
  }

  async sees(text: string): Promise<void> {
    await until(`“${text}” is seen`, () => this.cues.includes(text))
  }

  async hasOpened(): Promise<void> {
    await until('a snapshot or an answer', () => this.events.length > 0 || this.problems.length > 0)
  }

  [Symbol.dispose](): void {
    this.client.close()
  }
}
