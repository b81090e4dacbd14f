import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { openSqliteDirectory } from '../../src/server/engines/sqlite-directory.ts'
import type { FeedersNews } from './feeders.ts'
import { channelCount, channelName, channelsOf } from './load.ts'
import { cpuMs, news, pause, percentile } from './processes.ts'
import type { ReadersNews } from './readers.ts'
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
  const folder = await mkdtemp(path.join(process.env['BENCH_DIR'] ?? tmpdir(), 'ccr-beside-'))
  const further = isBusy ? furtherFeeds : 0
  const token = await prepare(folder, further)
  const server = spawn('bin/ccr', ['serve', '--data', folder, '--port', '0'], {
    env: {
      ...process.env,
      ...{ CCR_RATE_LIMIT: 'off', CCR_SOCKETS_PER_ADDRESS: '20000', CCR_LOG_LEVEL: 'warn' },
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const children: { kill(): void }[] = [server]
  const child = (script: string, ...args: string[]): ReturnType<typeof fork> => {
    const made = fork(new URL(script, import.meta.url), args)
    children.push(made)
    return made
  }
  try {
    const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string]
    const url = line.replace('listening on ', '')
    const feeders = child('feeders.ts', url, token, String(further))
    await news<FeedersNews, 'ready'>(feeders, 'ready')
    const crowd = child('viewers.ts', 'ours', new URL(url).port, String(viewers))
    await news<ViewersNews, 'ready'>(crowd, 'ready')
    const readers = isBusy ? child('readers.ts', url, String(readersAtOnce)) : undefined
    feeders.send({ type: 'play' })
    crowd.send(await news<FeedersNews, 'playing'>(feeders, 'playing'))
    await pause(warmUpMs)
    await metrics(url)
    const before = cpuMs(server.pid ?? 0)
    for (const one of [crowd, readers]) one?.send({ type: 'count' })
    await pause(seconds * 1000)
    const used = cpuMs(server.pid ?? 0) - before
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
    for (const one of children.reverse()) one.kill()
    if (server.exitCode === null) await once(server, 'exit')
    await rm(folder, { recursive: true, force: true })
  }
}

/** Channels, and a token that may feed them all. */
async function prepare(folder: string, further: number): Promise<string> {
  await using directory = openSqliteDirectory(folder)
  const names = [
    ...Array.from({ length: channelCount }, (_, n) => channelName(n)),
    ...Array.from({ length: further }, (_, n) => `further-${n}`),
    ...(further > 0 ? ['old'] : []),
  ]
  for (const id of names)
    directory.createChannel({
      ...{ id, name: id, network: null, country: null, languages: ['en'], timeZone: 'UTC' },
      ...{ description: null, tags: [], website: null, logo: null, externalIds: [] },
      policy: {
        ...{ visibility: 'public', delaySeconds: 0, snippetWords: null },
        ...{ retentionDays: null, export: true, robots: false },
      },
    })
  return directory.createToken('admin', 'bench', null).token
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
