import { randomUUID } from 'node:crypto'
import { Feed } from './feed.ts'

const retryMs = 100

/** A sender that keeps its events until they are stored, and comes back for ever. */
export class StubbornFeeder {
  readonly channel: string
  /** The highest number that the server has promised. */
  acked = 0
  /** Codes of the problems it was answered. */
  readonly problems: string[] = []
  readonly #server: { readonly url: string }
  readonly #headers: Record<string, string>
  readonly #run: string
  readonly #lines: string[] = []
  #cues = 0
  #bins = 0

  constructor(server: { readonly url: string }, channel: string, token: string, run = 'r1') {
    this.#server = server
    this.#run = run
    this.channel = channel
    this.#headers = { authorization: `Bearer ${token}`, 'ccr-producer': randomUUID() }
    this.#say({
      ...{ type: 'run', run, startedAt: '2026-01-01T00:00:00.000Z', live: false },
      ...{ source: 'test', extractor: 'test', decoder: 'test' },
      tracks: [{ track: 'CC1', language: 'en' }],
    })
  }

  get cues(): number {
    return this.#cues
  }

  get sent(): number {
    return this.#lines.length
  }

  /** Cues one second apart; their texts are CUE and their number. */
  cuesFrom(startMs: number, count: number, text = ''): void {
    for (let n = 0; n < count; n++) {
      const id = ++this.#cues
      const at = startMs + n * 1000
      this.#say({
        ...{
          type: 'cue',
          run: this.#run,
          track: 'CC1',
          id,
          mode: 'roll-up',
          text: `CUE ${id}${text}`,
        },
        ...{ start: new Date(at).toISOString(), end: new Date(at + 900).toISOString() },
      })
    }
  }

  /** Chunks of original bytes, `everyMs` apart, each one RCWT group that counts them. */
  binsFrom(startMs: number, count: number, everyMs: number): void {
    for (let n = 0; n < count; n++) {
      const group = Buffer.alloc(13)
      group.writeBigUInt64LE(BigInt(this.#bins++ * everyMs), 0)
      group.writeUInt16LE(1, 8)
      group.set([0xfc, 0x80, 0x80], 10)
      const at = new Date(startMs + n * everyMs).toISOString()
      const fts = (this.#bins - 1) * everyMs
      const data = group.toString('base64')
      this.#say({ type: 'bin', run: this.#run, format: 'rcwt', fts, at, data })
    }
  }

  /** Sends until everything is stored; tries again whatever comes between. */
  async allStored(withinMs = 60_000): Promise<void> {
    const end = Date.now() + withinMs
    while (this.acked < this.sent) {
      if (Date.now() > end) throw new Error(`stored ${this.acked} of ${this.sent} in time`)
      await this.attempt(end - Date.now())
      if (this.acked < this.sent) await pause(retryMs)
    }
  }

  /** One connection: sends what is not stored, until all is or the connection ends. */
  async attempt(withinMs = 5000): Promise<void> {
    const feed = new Feed(this.#server, this.channel, this.#headers)
    const end = Date.now() + withinMs
    let seen = 0
    const over = new AbortController()
    void feed.closed.then(() => over.abort())
    void feed.status.then((status) => {
      if (status !== 200) over.abort()
    })
    while (this.acked < this.sent && Date.now() < end) {
      for (; seen < feed.lines.length; seen++) {
        const line = feed.lines[seen]
        if (line?.type === 'problem') this.problems.push(line.code)
        if (line?.type === 'welcome') this.#send(feed, line.received)
        if (line?.type === 'welcome' || line?.type === 'ack')
          this.acked = Math.max(this.acked, line.stored)
      }
      if (over.signal.aborted) break
      await pause(10)
    }
    await feed.end()
  }

  #send(feed: Feed, received: number): void {
    for (const line of this.#lines.slice(received)) feed.request.write(line)
  }

  #say(event: object): void {
    this.#lines.push(`${JSON.stringify({ seq: this.#lines.length + 1, ...event })}\n`)
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms))
}
