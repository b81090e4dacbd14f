import type { ClientRequest } from 'node:http'
import { captionRow } from '../captions.ts'
import { openFeed } from '../feed-request.ts'

/**
 * `speakers.ts URL TOKEN CHANNELS`: live channels, each over its own request, a cue every other second. In every fourth the
 * channel's beacon is said, with the moment at which it is; told `stop`, it says how many of these were, and is silent.
 */

export interface SpeakersReport {
  readonly type: 'report'
  readonly beacons: number
}
export type SpeakersNews = { readonly type: 'ready' } | SpeakersReport

const [url = '', token = '', channels = '0'] = process.argv.slice(2)
const cueMs = 2000
const beaconEvery = 4
let beacons = 0
const say = (news: SpeakersNews): void => void process.send?.(news)

class Speaker {
  readonly #n: number
  readonly #request: ClientRequest
  readonly ready: Promise<void>
  #seq = 0
  #cues: number

  constructor(n: number) {
    this.#n = n
    // Not all say theirs at once.
    this.#cues = n % beaconEvery
    const feed = openFeed(url, token, `channel-${n}`)
    this.#request = feed.request
    this.ready = feed.ready
  }

  run(): void {
    this.#send({
      ...{ type: 'run', run: 'r1', startedAt: new Date().toISOString(), live: true },
      ...{ source: 'bench', extractor: 'bench', decoder: 'bench' },
      tracks: [{ track: 'CC1', language: 'en' }],
    })
  }

  speak(): void {
    const nowMs = Date.now()
    const n = this.#cues++
    const isBeacon = n % beaconEvery === 0
    if (isBeacon) beacons++
    this.#send({
      ...{ type: 'cue', run: 'r1', track: 'CC1', id: n + 1, mode: 'roll-up' },
      ...{ start: new Date(nowMs - cueMs).toISOString(), end: new Date(nowMs).toISOString() },
      text: `${captionRow(this.#n, n)}${isBeacon ? ` BEACON${this.#n} AT${nowMs}` : ''}`,
    })
  }

  #send(event: object): void {
    this.#request.write(`${JSON.stringify({ seq: ++this.#seq, ...event })}\n`)
  }
}

const speakers = Array.from({ length: Number(channels) }, (_, n) => new Speaker(n))
for (const speaker of speakers) {
  await speaker.ready
  speaker.run()
}
let isSilent = false
/** Spread over the time of a cue, as channels are that know nothing of each other. */
for (const [n, speaker] of speakers.entries())
  setTimeout(
    () => setInterval(() => (isSilent ? undefined : speaker.speak()), cueMs),
    (n * cueMs) / speakers.length,
  )
process.on('message', () => {
  isSilent = true
  say({ type: 'report', beacons })
})
process.once('disconnect', () => process.exit())
say({ type: 'ready' })
