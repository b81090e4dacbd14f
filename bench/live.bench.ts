import { execFileSync, fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { EngineNews } from './live/engine.ts'
import { channelsOf, type LoadReport } from './live/load.ts'
import type { ViewersNews } from './live/viewers.ts'

/**
 * Live delivery beside its peers, on one load: recorded direct roll-up on 100 channels, viewers on 4 each. CPU is
 * the engine's own (its idle load taken off) per draft or cue and viewer; all peers deliver the same text, which a
 * sum at each viewer shows. The floor is one bare send(2) per tick and viewer of as many bytes as ours takes.
 */

const seconds = Number(process.env['BENCH_SECONDS'] ?? '20')
const crowd = 1000
const crowds = (process.env['BENCH_VIEWERS'] ?? '1000,5000,10000').split(',').map(Number)
const clockTicks = 100
const pageBytes = 4096

const kinds = { ours: 'ours', ws: 'ws-broadcast', socketIo: 'socket-io', nchan: 'nchan' } as const
type Kind = keyof typeof kinds

interface Measured {
  readonly updates: number
  /** Microseconds of the engine's processes per delivered update. */
  readonly usPerUpdate: number
  readonly cores: number
  readonly kbPerViewer: number
  readonly wirePerCaptionByte: number
  readonly bytesPerSecondAndViewer: number
  readonly p50: number
  readonly p99: number
  readonly tickMs: number
  readonly viewerCores: number
}

console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${seconds} s a run`,
)
const results = new Map<string, Measured>()
for (const kind of Object.keys(kinds) as Kind[]) {
  if (kind === 'nchan' && !installNchan()) continue
  results.set(kind, await measure(kind, crowd))
}
const ours = found('ours')
const floorCores = await measureFloor(crowd, ours)
for (const viewers of crowds.filter((n) => n !== crowd))
  results.set(`ours, ${viewers} viewers`, await measure('ours', viewers))

console.table(
  Object.fromEntries(
    [...results].map(([name, m]) => [
      name,
      {
        'µs an update': m.usPerUpdate.toFixed(2),
        'of ours': (m.usPerUpdate / ours.usPerUpdate).toFixed(1),
        cores: m.cores.toFixed(3),
        'KB a viewer': m.kbPerViewer.toFixed(1),
        'wire / caption bytes': m.wirePerCaptionByte.toFixed(2),
        'p50 / p99 ms': `${m.p50} / ${m.p99}`,
        'tick ms': m.tickMs.toFixed(0),
        'viewers’ cores': m.viewerCores.toFixed(2),
      },
    ]),
  ),
)
console.log(
  `bare send(2) per tick and viewer: ${floorCores.toFixed(3)} cores; ours ${ours.cores.toFixed(3)}`,
)
console.log(
  `a month of 100 channels and 1,000 viewers: ${ours.cores.toFixed(3)} cores, ${((ours.bytesPerSecondAndViewer * crowd * 86_400 * 30) / 1e9).toFixed(0)} GB out, no disk`,
)
const atMost = results.get(`ours, ${Math.max(...crowds)} viewers`) ?? ours
console.log(
  JSON.stringify({
    wireBytesPerCaptionByte: round(ours.wirePerCaptionByte),
    cpuVsSocketIo: round(ours.usPerUpdate / found('socketIo').usPerUpdate),
    cpuVsWs: round(ours.usPerUpdate / found('ws').usPerUpdate),
    cpuVsNchan: results.has('nchan') ? round(ours.usPerUpdate / found('nchan').usPerUpdate) : null,
    cpuVsFloor: round(ours.cores / floorCores),
    latencyP99Ms: atMost.p99,
    viewersAtLatency: Math.max(...crowds),
    kbPerViewer: round(ours.kbPerViewer),
  }),
)

function found(name: string): Measured {
  const measured = results.get(name)
  if (measured === undefined) throw new Error(`${name} was not measured`)
  return measured
}

async function measure(kind: Kind, viewers: number): Promise<Measured> {
  const idle = await runOnce(kind, 0)
  const run = await runOnce(kind, viewers)
  const { report, load } = run
  const deliveries = Array.from({ length: viewers }, (_, viewer) => channelsOf(viewer)).flat()
  const sum = (of: readonly number[]): number =>
    deliveries.reduce((all, n) => all + (of[n] ?? 0), 0)
  for (const [viewer, found] of load.sums.entries()) {
    const wanted = channelsOf(viewer).reduce((all, n) => (all + (report.sums[n] ?? 0)) >>> 0, 0)
    if (found !== wanted) throw new Error(`${kind}: viewer ${viewer} did not hear what was said`)
  }
  const updates = sum(report.updates)
  const cores = (run.cpuMs - idle.cpuMs) / (seconds * 1000)
  return {
    updates,
    usPerUpdate: ((run.cpuMs - idle.cpuMs) * 1000) / updates,
    cores,
    kbPerViewer: run.residentBytes / viewers / 1000,
    wirePerCaptionByte: load.bytes / sum(report.captionBytes),
    bytesPerSecondAndViewer: load.bytes / seconds / viewers,
    p50: percentile(load.latencies, 0.5),
    p99: percentile(load.latencies, 0.99),
    tickMs: run.tickMs,
    viewerCores: load.cpuMs / (seconds * 1000),
  }
}

interface Run {
  readonly report: LoadReport
  readonly load: Extract<ViewersNews, { type: 'report' }>
  readonly cpuMs: number
  readonly residentBytes: number
  readonly tickMs: number
}

async function runOnce(kind: Kind, viewers: number): Promise<Run> {
  const engine = fork(new URL(`live/${kinds[kind]}.ts`, import.meta.url))
  try {
    const { port, pids } = await news(engine, 'listening')
    const residentBefore = pids.reduce((all, pid) => all + resident(pid), 0)
    const load = fork(new URL('live/viewers.ts', import.meta.url), [
      kind,
      String(port),
      String(viewers),
    ])
    try {
      await newsOf(load, 'ready')
      const residentBytes = pids.reduce((all, pid) => all + resident(pid), 0) - residentBefore
      await pause(500)
      const cpuBefore = pids.reduce((all, pid) => all + cpuMs(pid), 0)
      engine.send({ type: 'play' })
      await pause(seconds * 1000)
      engine.send({ type: 'stop' })
      const { report, tickMs } = await news(engine, 'counted')
      await pause(1000)
      const used = pids.reduce((all, pid) => all + cpuMs(pid), 0) - cpuBefore
      load.send({ type: 'report' })
      return { report, load: await newsOf(load, 'report'), cpuMs: used, residentBytes, tickMs }
    } finally {
      load.kill()
    }
  } finally {
    engine.kill()
    await once(engine, 'exit')
  }
}

/** Cores that the same number of writes of the same bytes takes when nothing else is done. */
async function measureFloor(viewers: number, like: Measured): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ccr-floor-'))
  try {
    const program = path.join(folder, 'floor')
    execFileSync('cc', ['-O2', '-o', program, 'bench/live/floor.c'])
    const bytes = Math.round((like.bytesPerSecondAndViewer * like.tickMs) / 1000)
    const floor = spawn(program, [String(viewers), String(bytes), String(like.tickMs)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      const [port] = (await once(createInterface({ input: floor.stdout }), 'line')) as [string]
      const load = fork(new URL('live/viewers.ts', import.meta.url), [
        'floor',
        port,
        String(viewers),
      ])
      try {
        await newsOf(load, 'ready')
        await pause(500)
        const before = cpuMs(floor.pid ?? 0)
        await pause(seconds * 1000)
        return (cpuMs(floor.pid ?? 0) - before) / (seconds * 1000)
      } finally {
        load.kill()
      }
    } finally {
      floor.kill()
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

function installNchan(): boolean {
  const isThere = (): boolean => existsSync('/usr/lib/nginx/modules/ngx_nchan_module.so')
  if (!isThere())
    try {
      execFileSync('apt-get', ['install', '-y', '-q', 'nginx', 'libnginx-mod-nchan'], {
        stdio: 'ignore',
      })
    } catch {
      console.log('nchan: neither installed nor to be had here; left out')
    }
  return isThere()
}

type EngineOf<T> = Extract<EngineNews, { type: T }>

async function news<T extends EngineNews['type']>(
  child: ChildProcess,
  type: T,
): Promise<EngineOf<T>> {
  return (await message(child, type)) as EngineOf<T>
}

async function newsOf<T extends ViewersNews['type']>(
  child: ChildProcess,
  type: T,
): Promise<Extract<ViewersNews, { type: T }>> {
  return (await message(child, type)) as Extract<ViewersNews, { type: T }>
}

async function message(child: ChildProcess, type: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const listener = (said: { type: string }): void => {
      if (said.type !== type) return
      child.off('message', listener)
      resolve(said)
    }
    child.on('message', listener)
    child.once('exit', (code) => reject(new Error(`ended with ${code} before ${type}`)))
  })
}

/** User and system time, from /proc/PID/stat. */
function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / clockTicks
}

function resident(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * pageBytes
}

function percentile(counts: readonly number[], share: number): number {
  const all = counts.reduce((sum, n) => sum + n, 0)
  let seen = 0
  for (const [ms, n] of counts.entries()) {
    seen += n
    if (seen >= all * share) return ms
  }
  return 0
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms))
}

function round(value: number): number {
  return Number(value.toFixed(3))
}
