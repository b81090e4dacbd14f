import { fork } from 'node:child_process'
import { rm } from 'node:fs/promises'
import type { FeedersNews } from './feeders.ts'
import { channelsOf } from './load.ts'
import { cpuMs, news, pause, percentile } from './processes.ts'
import type { ReadersNews } from './readers.ts'
import { prepareFolder, startServe } from './serve.ts'
import type { ViewersNews } from './viewers.ts'

/** `ccr serve` as it is, with viewers, on what it is fed over HTTP and stores on disk. */
export interface Beside {
  readonly viewers: number
  readonly isBusy: boolean
  /** Milliseconds from the decoder's event to the viewer's socket: drafts and cues. */
  readonly p50: number
  readonly p99: number
  /** Cues alone. */
  readonly cueP50: number
  readonly cueP99: number
  readonly cores: number
  readonly loopP99Ms: number
  readonly tickMs: number
  readonly readsPerSecond: number
  readonly viewerCores: number
}

const furtherFeeds = 200
const readersAtOnce = 4
const warmUpMs = 4000

/** With `isBusy`, 200 further channels are fed, and the archive is read as fast as it answers. */
export async function besides(viewers: number, isBusy: boolean, seconds: number): Promise<Beside> {
  const further = isBusy ? furtherFeeds : 0
  const names = Array.from({ length: further }, (_, n) => `further-${n}`)
  const { folder, token } = await prepareFolder(isBusy ? [...names, 'old'] : [])
  await using server = await startServe(folder)
  const { url, pid } = server
  const children: { kill(): void }[] = []
  const child = (script: string, ...args: string[]): ReturnType<typeof fork> => {
    const made = fork(new URL(script, import.meta.url), args)
    children.push(made)
    return made
  }
  try {
    const feeders = child('feeders.ts', url, token, String(further))
    await news<FeedersNews, 'ready'>(feeders, 'ready')
    const crowd = child('viewers.ts', 'ours', new URL(url).port, String(viewers))
    await news<ViewersNews, 'ready'>(crowd, 'ready')
    const readers = isBusy ? child('readers.ts', url, String(readersAtOnce)) : undefined
    feeders.send({ type: 'play' })
    crowd.send(await news<FeedersNews, 'playing'>(feeders, 'playing'))
    await pause(warmUpMs)
    await metrics(url)
    const before = cpuMs(pid)
    for (const one of [crowd, readers]) one?.send({ type: 'count' })
    await pause(seconds * 1000)
    const used = cpuMs(pid) - before
    const { loopP99Ms, tickMs } = await metrics(url)
    readers?.send({ type: 'report' })
    const reads =
      readers === undefined ? 0 : (await news<ReadersNews, 'report'>(readers, 'report')).reads
    readers?.kill()
    feeders.send({ type: 'stop' })
    const { report } = await news<FeedersNews, 'counted'>(feeders, 'counted')
    await pause(1500)
    crowd.send({ type: 'report' })
    const heard = await news<ViewersNews, 'report'>(crowd, 'report')
    for (const [viewer, found] of heard.sums.entries()) {
      const said = channelsOf(viewer).reduce((all, n) => (all + (report.sums[n] ?? 0)) >>> 0, 0)
      if (found !== said) throw new Error(`viewer ${viewer} did not hear what was said`)
    }
    return {
      ...{ viewers, isBusy, loopP99Ms, tickMs },
      p50: percentile(heard.latencies, 0.5),
      p99: percentile(heard.latencies, 0.99),
      cueP50: percentile(heard.cueLatencies, 0.5),
      cueP99: percentile(heard.cueLatencies, 0.99),
      cores: used / (seconds * 1000),
      readsPerSecond: reads / seconds,
      viewerCores: heard.cpuMs / (seconds * 1000),
    }
  } finally {
    for (const one of children) one.kill()
    await server[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  }
}

/** The event loop's delay since the last scrape. */
async function metrics(url: string): Promise<{ loopP99Ms: number; tickMs: number }> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const value = (name: string): number =>
    Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0)
  return {
    loopP99Ms: value('ccr_nodejs_eventloop_lag_p99_seconds') * 1000,
    tickMs: value('ccr_live_tick_ms'),
  }
}
