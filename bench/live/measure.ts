import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import type { EngineNews } from './engine.ts'
import { channelsOf, type LoadReport } from './load.ts'
import { cpuMs, news, pause, percentile, residentBytes, sumOf } from './processes.ts'
import type { ViewersNews } from './viewers.ts'

/** The engines that are measured beside each other, and their files. */
export const kinds = {
  ours: 'ours',
  ws: 'ws-broadcast',
  socketIo: 'socket-io',
  nchan: 'nchan',
} as const
export type Kind = keyof typeof kinds

export interface Measured {
  readonly viewers: number
  /** Microseconds of the engine's processes per delivered draft or cue, its idle load taken off. */
  readonly usPerUpdate: number
  readonly cores: number
  readonly kbPerViewer: number
  readonly wirePerCaptionByte: number
  readonly bytesPerSecondAndViewer: number
  /** Milliseconds from the decoder's event to the viewer's socket. */
  readonly p50: number
  readonly p99: number
  readonly tickMs: number
  readonly viewerCores: number
  readonly deflatedShare: number | null
}

/** Before anything is counted, so that no one pays for the first draft of a channel. */
const warmUpMs = 4000

/** Fails when a viewer did not hear exactly what was said on its channels. */
export async function measure(kind: Kind, viewers: number, seconds: number): Promise<Measured> {
  const idle = await runOnce(kind, 0, seconds)
  const run = await runOnce(kind, viewers, seconds)
  const { report, heard } = run
  for (const [viewer, found] of heard.sums.entries()) {
    const said = channelsOf(viewer).reduce((all, n) => (all + (report.sums[n] ?? 0)) >>> 0, 0)
    if (found !== said) throw new Error(`${kind}: viewer ${viewer} did not hear what was said`)
  }
  const deliveries = Array.from({ length: viewers }, (_, viewer) => channelsOf(viewer)).flat()
  const delivered = (of: readonly number[]): number => sumOf(deliveries.map((n) => of[n] ?? 0))
  const usedMs = run.cpuMs - idle.cpuMs
  return {
    viewers,
    usPerUpdate: (usedMs * 1000) / delivered(report.updates),
    cores: usedMs / (seconds * 1000),
    kbPerViewer: run.residentBytes / viewers / 1000,
    wirePerCaptionByte: heard.bytes / delivered(report.captionBytes),
    bytesPerSecondAndViewer: heard.bytes / seconds / viewers,
    p50: percentile(heard.latencies, 0.5),
    p99: percentile(heard.latencies, 0.99),
    tickMs: run.tickMs,
    viewerCores: heard.cpuMs / (seconds * 1000),
    deflatedShare: heard.deflatedShare,
  }
}

interface Run {
  readonly report: LoadReport
  readonly heard: Extract<ViewersNews, { type: 'report' }>
  readonly cpuMs: number
  readonly residentBytes: number
  readonly tickMs: number
}

async function runOnce(kind: Kind, viewers: number, seconds: number): Promise<Run> {
  const engine = fork(new URL(`${kinds[kind]}.ts`, import.meta.url))
  try {
    const { port, pids } = await news<EngineNews, 'listening'>(engine, 'listening')
    const resident = (): number => sumOf(pids.map(residentBytes))
    const cpu = (): number => sumOf(pids.map(cpuMs))
    const residentBefore = resident()
    const args = [kind, String(port), String(viewers)]
    const load = fork(new URL('viewers.ts', import.meta.url), args)
    try {
      await news<ViewersNews, 'ready'>(load, 'ready')
      const residentGrown = resident() - residentBefore
      await pause(500)
      engine.send({ type: 'play' })
      load.send(await news<EngineNews, 'playing'>(engine, 'playing'))
      await pause(warmUpMs)
      const cpuBefore = cpu()
      engine.send({ type: 'count' })
      load.send({ type: 'count' })
      await pause(seconds * 1000)
      engine.send({ type: 'stop' })
      const { report, tickMs } = await news<EngineNews, 'counted'>(engine, 'counted')
      const used = cpu() - cpuBefore
      // The last ticks are still under way.
      await pause(1000)
      load.send({ type: 'report' })
      const heard = await news<ViewersNews, 'report'>(load, 'report')
      return { report, heard, cpuMs: used, residentBytes: residentGrown, tickMs }
    } finally {
      load.kill()
    }
  } finally {
    engine.kill()
    await once(engine, 'exit')
  }
}

/** Installs nginx with nchan from Debian where it is missing; false where it is not to be had. */
export function installNchan(): boolean {
  const isThere = (): boolean => existsSync('/usr/lib/nginx/modules/ngx_nchan_module.so')
  if (!isThere())
    try {
      const packages = ['nginx', 'libnginx-mod-nchan']
      execFileSync('apt-get', ['install', '-y', '-q', ...packages], { stdio: 'ignore' })
    } catch {
      console.log('nchan: neither installed nor to be had here; left out')
    }
  return isThere()
}
