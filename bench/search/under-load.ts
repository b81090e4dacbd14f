import { fork } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { FeedersNews } from '../live/feeders.ts'
import { cpuMs, news, pause, percentile } from '../live/processes.ts'
import { prepareFolder, startServe } from '../live/serve.ts'
import type { ViewersNews } from '../live/viewers.ts'
import { dayMs } from './figures.ts'
import type { MadeFolder } from './made-folder.ts'
import { queryOf, questions } from './queries.ts'
import { firstHourMs } from './speech.ts'
import { Vocabulary } from './vocabulary.ts'

/** What searches take over HTTP while `ccr serve` is fed, and what they do to those who watch. */
export interface UnderLoad {
  readonly firstPageP50Ms: number
  readonly firstPageP95Ms: number
  readonly coldTimelineP95Ms: number
  readonly warmTimelineP95Ms: number
  readonly searches: number
  /** From the decoder's event to the viewer's socket. */
  readonly livePlainP99Ms: number
  readonly liveP99Ms: number
  readonly cores: number
}

const furtherFeeds = 200
const viewers = 200
const warmUpMs = 4000
/** As many readers would: not as fast as it answers. */
const pauseMs = 60

export async function measureUnderLoad(made: MadeFolder, seconds: number): Promise<UnderLoad> {
  const folder = mkdtempSync(path.join(process.env['BENCH_DIR'] ?? tmpdir(), 'ccr-search-'))
  const children: { kill(): void }[] = []
  const child = (script: string, ...args: string[]): ReturnType<typeof fork> => {
    const one = fork(new URL(`../live/${script}`, import.meta.url), args)
    children.push(one)
    return one
  }
  try {
    cpSync(made.dataDir, folder, { recursive: true })
    const names = Array.from({ length: furtherFeeds }, (_, n) => `further-${n}`)
    const { token } = await prepareFolder([...names, 'old'], folder)
    await using server = await startServe(folder)
    const feeders = child('feeders.ts', server.url, token, String(furtherFeeds))
    await news<FeedersNews, 'ready'>(feeders, 'ready')
    const playing = news<FeedersNews, 'playing'>(feeders, 'playing')
    feeders.send({ type: 'play' })
    const began = await playing
    await pause(warmUpMs)
    const watched = async (during: () => Promise<void>): Promise<number> => {
      const crowd = child('viewers.ts', 'ours', new URL(server.url).port, String(viewers))
      await news<ViewersNews, 'ready'>(crowd, 'ready')
      crowd.send(began)
      crowd.send({ type: 'count' })
      await during()
      const heard = news<ViewersNews, 'report'>(crowd, 'report')
      crowd.send({ type: 'report' })
      const { latencies } = await heard
      crowd.kill()
      return percentile(latencies, 0.99)
    }
    const livePlainP99Ms = await watched(() => pause(seconds * 1000))
    const client = new Client(server.url)
    // Each worker opens what it reads once.
    await client.ask(5000)
    client.forget()
    const cpuBefore = cpuMs(server.pid)
    const liveP99Ms = await watched(() => client.ask(seconds * 1000))
    const { pages, cold, warm } = client
    return {
      ...{ livePlainP99Ms, liveP99Ms, cores: (cpuMs(server.pid) - cpuBefore) / seconds / 1000 },
      firstPageP50Ms: share(pages, 0.5),
      firstPageP95Ms: share(pages, 0.95),
      coldTimelineP95Ms: share(cold, 0.95),
      warmTimelineP95Ms: share(warm, 0.95),
      searches: pages.length + cold.length + warm.length,
    }
  } finally {
    for (const one of children) one.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Asks one thing after another, none of them twice but the timeline that is to be warm. */
class Client {
  pages: number[] = []
  cold: number[] = []
  warm: number[] = []
  readonly #url: string
  readonly #vocabulary = new Vocabulary()
  #asked = 0

  constructor(url: string) {
    this.#url = url
  }

  forget(): void {
    this.pages = []
    this.cold = []
    this.warm = []
  }

  async ask(forMs: number): Promise<void> {
    const from = new Date(firstHourMs - 300 * dayMs).toISOString()
    const to = new Date(firstHourMs + 65 * dayMs).toISOString()
    for (const until = Date.now() + forMs; Date.now() < until;) {
      const all = questions(this.#vocabulary, 1 + Math.floor(this.#asked / 18))
      const question = all[this.#asked++ % all.length]
      if (question === undefined) return
      const q = encodeURIComponent(queryOf(question))
      this.pages.push(await this.#timed(`search?limit=20&q=${q}`))
      await pause(pauseMs)
      const timeline = `search/timeline?interval=day&from=${from}&to=${to}&q=${q}`
      this.cold.push(await this.#timed(timeline))
      await pause(pauseMs)
      this.warm.push(await this.#timed(timeline))
      await pause(pauseMs)
    }
  }

  async #timed(address: string): Promise<number> {
    const began = performance.now()
    const answer = await fetch(`${this.#url}/api/v1/${address}`)
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${address}: ${answer.status} ${text}`)
    return performance.now() - began
  }
}

function share(values: readonly number[], of: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? 0
}
