import { fork, spawn, type ChildProcess } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { cpuMs, news, pause, sumOf } from './live/processes.ts'
import type { TelevisionNews } from './tuner/television.ts'

/**
 * The tuner side: what one further channel costs in CPU and memory, from the difference between 10 and 100 channels of one
 * `ccr send --config`, each a live stream over HTTP at the pace of television. Beside it, in the same run: one `ccr send`
 * a channel, as it had to be without, and a bare reader of as many streams. Goals: 1 % of a core and 5 MiB.
 */

const counts = (process.env['BENCH_CHANNELS'] ?? '1,10,100').split(',').map(Number)
const seconds = Number(process.env['BENCH_SECONDS'] ?? '15')
const peers = Number(process.env['BENCH_PEERS'] ?? '8')
/** A programme in standard definition, or a third of one in high. */
const megabits = Number(process.env['BENCH_MEGABITS'] ?? '4')
const settleMs = 6000
const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
const mib = 1024 * 1024

interface Load {
  readonly corePercent: number
  readonly mib: number
}

const folder = await mkdtemp(path.join(tmpdir(), 'ccr-tuner-'))
const television = fork(new URL('tuner/television.ts', import.meta.url), [
  String(megabits * 1e6),
  '2',
])
// It is asked many times.
television.setMaxListeners(0)
try {
  const { url } = await news<TelevisionNews, 'listening'>(television, 'listening')
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${megabits} Mbit/s a channel`,
  )
  const ours: Load[] = []
  for (const count of counts) ours.push(await measure(count, () => [startSend(url, 0, count)]))
  const apart = await measure(peers, () =>
    Array.from({ length: peers }, (_, n) => startSend(url, n, 1)),
  )
  const floors: Load[] = []
  for (const count of counts.slice(-2))
    floors.push(
      await measure(count, () => [
        fork(new URL('tuner/floor.ts', import.meta.url), [url, String(count)]),
      ]),
    )
  const [fewer = 1, more = 1] = counts.slice(-2)
  const further = (all: readonly Load[]): Load => {
    const [before, after] = all.slice(-2)
    return {
      corePercent: ((after?.corePercent ?? 0) - (before?.corePercent ?? 0)) / (more - fewer),
      mib: ((after?.mib ?? 0) - (before?.mib ?? 0)) / (more - fewer),
    }
  }
  const [own, floor] = [further(ours), further(floors)]
  console.table(
    Object.fromEntries([
      ...counts.map((count, at) => [`${count} channels, one ccr send`, row(ours[at])]),
      ['a further channel', row(own)],
      [`a channel of ${peers} ccr send of one`, row(per(apart, peers))],
      ['a further stream, only read', row(floor)],
    ]),
  )
  console.log(
    JSON.stringify({
      corePercentPerChannel: round(own.corePercent),
      mibPerChannel: round(own.mib),
      processCorePercent: round(apart.corePercent / peers),
      processMib: round(apart.mib / peers),
      floorCorePercent: round(floor.corePercent),
      megabits,
    }),
  )
} finally {
  television.kill()
  await rm(folder, { recursive: true, force: true })
}

function startSend(url: string, first: number, count: number): ChildProcess {
  const file = path.join(folder, `channels-${first}-${count}.yaml`)
  const channels = Array.from({ length: count }, (_, n) => ({
    ...{ channel: `c${first + n}`, input: `${url}/${first + n}.ts` },
  }))
  const spool = path.join(folder, `spool-${first}-${count}`)
  // YAML reads JSON.
  writeFileSync(
    file,
    JSON.stringify({ server: url, token: 'bench', extractor: 'builtin', spool, channels }),
  )
  return spawn(process.execPath, [main, 'send', '--config', file], { stdio: 'ignore' })
}

/** CPU and memory of these processes together, once all their streams are read. */
async function measure(count: number, start: () => ChildProcess[]): Promise<Load> {
  const children = start()
  const pids = children.map(({ pid }) => pid ?? 0)
  try {
    while ((await ask()).watching < count) await pause(200)
    await pause(settleMs)
    const before = sumOf(pids.map(cpuMs))
    const heard = (await ask()).cues
    const beganMs = performance.now()
    await pause(seconds * 1000)
    const usedMs = sumOf(pids.map(cpuMs)) - before
    const { watching, feeds, cues } = await ask()
    if (watching !== count) throw new Error(`${watching} of ${count} streams are read`)
    // The bare reader feeds nothing.
    if (feeds > 0 && cues - heard < count) throw new Error(`only ${cues - heard} cues came`)
    return {
      corePercent: (usedMs / (performance.now() - beganMs)) * 100,
      mib: sumOf(pids.map(proportionalBytes)) / mib,
    }
  } finally {
    for (const child of children) child.kill('SIGKILL')
    while ((await ask()).watching > 0) await pause(100)
  }
}

async function ask(): Promise<Extract<TelevisionNews, { type: 'counts' }>> {
  const answer = news<TelevisionNews, 'counts'>(television, 'counts')
  television.send('count')
  return await answer
}

/** What a process has for itself, and its share of what it has with others: the program is there once. */
function proportionalBytes(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  return Number(/^Pss:\s+([0-9]+) kB/m.exec(text)?.[1] ?? 0) * 1024
}

function per(load: Load, count: number): Load {
  return { corePercent: load.corePercent / count, mib: load.mib / count }
}

function row(load: Load | undefined): Record<string, string> {
  return { '% of a core': (load?.corePercent ?? 0).toFixed(2), MiB: (load?.mib ?? 0).toFixed(1) }
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
