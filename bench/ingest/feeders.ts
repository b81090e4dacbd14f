import type { ClientRequest } from 'node:http'
import { binSecond, captionRow } from '../captions.ts'
import { openFeed } from '../feed-request.ts'

/**
 * `feeders.ts URL TOKEN FIRST COUNT`: live channels, each over its own request: 400 bytes of BIN every second and a
 * cue every other. Told `count`, it counts from then on; told `report`, it says what it saw.
 */

export interface FeedersReport {
  readonly type: 'report'
  /** Milliseconds from the writing of a line to its acknowledgement, as counts by value. */
  readonly latencies: readonly number[]
  readonly events: number
  readonly bytes: number
  readonly unacked: number
  readonly cpuMs: number
}

export type IngestNews = { readonly type: 'ready' } | FeedersReport

const [url = '', token = '', first = '0', count = '0'] = process.argv.slice(2)
const longestMs = 10_000
let latencies = new Array<number>(longestMs).fill(0)
let events = 0
let bytes = 0
let before = process.cpuUsage()
const say = (news: IngestNews): void => void process.send?.(news)

class Feed {
  readonly #request: ClientRequest
  readonly ready: Promise<void>
  readonly #n: number
  /** When each line that is not acknowledged was written. */
  readonly #sentMs: number[] = []
  #seq = 0
  #stored = 0
  #second: number
  #cues = 0

  constructor(n: number) {
    this.#n = n
    this.#second = n % 2
    const feed = openFeed(url, token, `channel-${n}`, (seq) => this.#ack(seq))
    this.#request = feed.request
    this.ready = feed.ready
  }

  get unacked(): number {
    return this.#sentMs.length
  }

  run(): void {
    this.#send({
      ...{ type: 'run', run: 'r1', startedAt: new Date().toISOString(), live: true },
      ...{ source: 'bench', extractor: 'bench', decoder: 'bench' },
      tracks: [{ track: 'CC1', language: 'en' }],
    })
  }

  second(): void {
    const second = this.#second++
    const at = new Date()
    const end = at.toISOString()
    const data = binSecond(this.#n, second).toString('base64')
    this.#send({ type: 'bin', run: 'r1', format: 'rcwt', fts: second * 1000, at: end, data })
    if (second % 2 === 1) return
    const start = new Date(at.getTime() - 2000).toISOString()
    const text = captionRow(this.#n, second)
    const id = ++this.#cues
    this.#send({ type: 'cue', run: 'r1', track: 'CC1', id, start, end, mode: 'roll-up', text })
  }

  #send(event: object): void {
    const line = `${JSON.stringify({ seq: ++this.#seq, ...event })}\n`
    this.#sentMs.push(performance.now())
    events++
    bytes += line.length
    this.#request.write(line)
  }

  #ack(stored: number): void {
    const nowMs = performance.now()
    for (; this.#stored < stored; this.#stored++) {
      const ms = Math.min(longestMs - 1, Math.round(nowMs - (this.#sentMs.shift() ?? nowMs)))
      latencies[ms] = (latencies[ms] ?? 0) + 1
    }
  }
}

const feeds = Array.from({ length: Number(count) }, (_, n) => new Feed(Number(first) + n))
for (const feed of feeds) {
  await feed.ready
  feed.run()
}
/** Spread over the second, as tuners are that know nothing of each other. */
for (const [n, feed] of feeds.entries())
  setTimeout(() => setInterval(() => feed.second(), 1000), (n * 1000) / feeds.length)
process.on('message', ({ type }: { readonly type: 'count' | 'report' }) => {
  if (type === 'count') {
    latencies = new Array<number>(longestMs).fill(0)
    events = 0
    bytes = 0
    before = process.cpuUsage()
    return
  }
  const { user, system } = process.cpuUsage(before)
  const unacked = feeds.reduce((sum, feed) => sum + feed.unacked, 0)
  say({ type: 'report', latencies, events, bytes, unacked, cpuMs: (user + system) / 1000 })
})
process.once('disconnect', () => process.exit())
say({ type: 'ready' })
