import { fork, type ChildProcess } from 'node:child_process'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { cpuMs, news, pause, percentile, sumOf } from '../live/processes.ts'
import { prepareFolder, startServe } from '../live/serve.ts'
import type { FeedersReport, IngestNews } from './feeders.ts'

/** Feeds over real connections, from processes of their own, into `ccr serve` and into the bare sink. */

export interface HttpLoad {
  readonly cores: number
  readonly generatorCores: number
  readonly ackP50Ms: number
  readonly ackP99Ms: number
  readonly eventsPerSecond: number
  readonly megabytesPerSecond: number
}

const feederProcesses = 2
const warmUpMs = 4000

export async function measureServe(channels: number, seconds: number): Promise<HttpLoad> {
  const names = Array.from({ length: channels }, (_, n) => `channel-${n}`)
  const { folder, token } = await prepareFolder(names)
  await using server = await startServe(folder)
  try {
    return await measure(server.url, token, server.pid, channels, seconds)
  } finally {
    await server[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  }
}

export async function measureSink(
  folder: string,
  channels: number,
  seconds: number,
): Promise<HttpLoad> {
  const sink = fork(new URL('sink.ts', import.meta.url), [path.join(folder, 'sink')])
  try {
    type SinkNews = { readonly type: 'listening'; readonly url: string }
    const { url } = await news<SinkNews, 'listening'>(sink, 'listening')
    return await measure(url, 'none', sink.pid ?? 0, channels, seconds)
  } finally {
    sink.kill()
  }
}

async function measure(
  url: string,
  token: string,
  pid: number,
  channels: number,
  seconds: number,
): Promise<HttpLoad> {
  const each = Math.ceil(channels / feederProcesses)
  const feeders: ChildProcess[] = []
  try {
    for (let first = 0; first < channels; first += each) {
      const args = [url, token, String(first), String(Math.min(each, channels - first))]
      feeders.push(fork(new URL('feeders.ts', import.meta.url), args))
    }
    await Promise.all(feeders.map((feeder) => news<IngestNews, 'ready'>(feeder, 'ready')))
    await pause(warmUpMs)
    const before = cpuMs(pid)
    for (const feeder of feeders) feeder.send({ type: 'count' })
    await pause(seconds * 1000)
    const used = cpuMs(pid) - before
    const reports: FeedersReport[] = []
    for (const feeder of feeders) {
      feeder.send({ type: 'report' })
      reports.push(await news<IngestNews, 'report'>(feeder, 'report'))
    }
    const unacked = sumOf(reports.map((report) => report.unacked))
    // A second of lines: more would mean that it does not keep up, and its figures mean nothing.
    if (unacked > channels * 2) throw new Error(`${unacked} lines are not acknowledged`)
    const [counts = []] = reports.map(({ latencies }) => latencies)
    const latencies = counts.map((_, ms) => sumOf(reports.map((one) => one.latencies[ms] ?? 0)))
    return {
      cores: used / (seconds * 1000),
      generatorCores: sumOf(reports.map((report) => report.cpuMs)) / (seconds * 1000),
      ackP50Ms: percentile(latencies, 0.5),
      ackP99Ms: percentile(latencies, 0.99),
      eventsPerSecond: sumOf(reports.map((report) => report.events)) / seconds,
      megabytesPerSecond: sumOf(reports.map((report) => report.bytes)) / seconds / 1e6,
    }
  } finally {
    for (const feeder of feeders) feeder.kill()
  }
}
