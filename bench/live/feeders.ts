import type { ClientRequest } from 'node:http'
import { binSecond, captionRow } from '../captions.ts'
import { openFeed } from '../feed-request.ts'
import { channelCount, channelName, Load, type LoadReport } from './load.ts'

/**
 * `feeders.ts URL TOKEN FURTHER SPEED`: feeds the load of bench/live to a real server, and FURTHER channels beside them
 * at live rates, each over its own request. With any of those, an archive to be read is filled first.
 */

export type FeedersNews =
  | { readonly type: 'ready' }
  | { readonly type: 'playing'; readonly beganMs: number }
  | { readonly type: 'counted'; readonly report: LoadReport }

const [url = '', token = '', wanted = '0', speed = '1'] = process.argv.slice(2)
const further = Number(wanted)
const oldCues = 40_000
const send = (news: FeedersNews): void => void process.send?.(news)
const run = (live: boolean, startedAt = new Date()): object => ({
  ...{ type: 'run', run: 'r1', startedAt: startedAt.toISOString(), live, source: 'bench' },
  ...{ extractor: 'bench', decoder: 'bench', tracks: [{ track: 'CC1', language: 'en' }] },
})

/** One channel's open request. */
class Feed {
  readonly #request: ClientRequest
  readonly ready: Promise<void>
  #seq = 0
  #stored = 0
  #wake: () => void = () => undefined

  constructor(channel: string) {
    const feed = openFeed(url, token, channel, (seq) => {
      this.#stored = seq
      this.#wake()
    })
    this.#request = feed.request
    this.ready = feed.ready
  }

  durable(event: object): void {
    this.#request.write(`${JSON.stringify({ seq: ++this.#seq, ...event })}\n`)
  }

  draft(event: object): void {
    this.#request.write(`${JSON.stringify(event)}\n`)
  }

  async allStored(): Promise<void> {
    while (this.#stored < this.#seq) await new Promise<void>((resolve) => (this.#wake = resolve))
  }

  end(): void {
    this.#request.end()
  }
}

async function fillArchive(): Promise<void> {
  const old = new Feed('old')
  await old.ready
  const beganMs = Date.now() - oldCues * 2000
  old.durable(run(false, new Date(beganMs)))
  for (let n = 0; n < oldCues; n++) {
    const start = new Date(beganMs + n * 2000).toISOString()
    const end = new Date(beganMs + n * 2000 + 1900).toISOString()
    const text = captionRow(1, n)
    old.durable({
      ...{ type: 'cue', run: 'r1', track: 'CC1', id: n + 1, start, end, mode: 'roll-up', text },
    })
    if (n % 500 === 0) await old.allStored()
  }
  old.durable({ type: 'end', run: 'r1' })
  await old.allStored()
  old.end()
}

/** A channel beside: BIN every second, a row every two, its letters in between. */
function beside(n: number, feed: Feed): void {
  let second = n
  let cues = 0
  let letters = 0
  setInterval(() => {
    const at = new Date()
    const data = binSecond(n, ++second).toString('base64')
    feed.durable({
      ...{ type: 'bin', run: 'r1', format: 'rcwt', fts: second * 1000, at: at.toISOString(), data },
    })
    if (second % 2 === 1) return
    letters = 0
    const start = new Date(at.getTime() - 2000).toISOString()
    feed.durable({
      ...{ type: 'cue', run: 'r1', track: 'CC1', id: ++cues, start, end: at.toISOString() },
      ...{ mode: 'roll-up', text: captionRow(n, second) },
    })
  }, 1000)
  setInterval(() => {
    const text = captionRow(n, second + (second % 2)).slice(0, (letters += 2))
    const start = new Date().toISOString()
    feed.draft({
      ...{ type: 'draft', run: 'r1', track: 'CC1', id: cues + 1, start, mode: 'roll-up', text },
    })
  }, 125)
}

const watched = Array.from({ length: channelCount }, (_, n) => new Feed(channelName(n)))
const besides = Array.from({ length: further }, (_, n) => new Feed(`further-${n}`))
await Promise.all(
  [...watched, ...besides].map(async (feed) => {
    await feed.ready
    feed.durable(run(true))
    await feed.allStored()
  }),
)
if (further > 0) await fillArchive()
const load = new Load((n, { type, run, track, id, start, mode, text, ...rest }) => {
  const event = { type, run, track, id, start, mode, text }
  if (type === 'draft') watched[n]?.draft(event)
  else watched[n]?.durable({ ...event, end: 'end' in rest ? rest.end : start })
}, Number(speed))
process.on('message', ({ type }: { type: 'play' | 'stop' }) => {
  if (type === 'play') {
    load.start()
    for (const [n, feed] of besides.entries()) setTimeout(() => beside(n, feed), n * 5)
    send({ type: 'playing', beganMs: load.beganMs })
    return
  }
  load.stop()
  send({ type: 'counted', report: load.report() })
})
process.once('disconnect', () => process.exit())
send({ type: 'ready' })
