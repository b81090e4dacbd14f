import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'
import { openSqliteStorage, type SqliteStorage } from '../src/server/engines/sqlite-storage.ts'
import { binSecond, captionRow } from './captions.ts'
import { Tuner } from './tuner.ts'

/**
 * Durable ingest: 1,000 channels at live rates (a cue every 2 s, 400 bytes of BIN every second, each
 * acknowledged after its fsync), beside a bare write and fsync of the same bytes in the same rhythm;
 * and what six hours of such channels take on disk. Goals: below one core, at most 100 KB of cues per
 * channel and hour, BIN at least 3 times smaller than raw.
 *
 * Measured at the log's port: HTTP and the parsing of lines are not in it.
 */

const channels = 1000
const seconds = Number(process.env['BENCH_SECONDS'] ?? '20')
const warmUpSeconds = 3
const tickMs = 10
/** Where a disk is measured, and not memory: tmpfs has no fsync to speak of. */
const folder = await mkdtemp(path.join(process.env['BENCH_DIR'] ?? tmpdir(), 'ccr-ingest-'))

interface Load {
  readonly cores: number
  readonly ackP50Ms: number
  readonly ackP99Ms: number
  readonly events: number
}

try {
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${folder}`)
  const ours = await measureIngest(path.join(folder, 'live'))
  const floorCores = await measureFloor(path.join(folder, 'floor'))
  const disk = await measureDisk(path.join(folder, 'disk'))
  const month = { cores: ours.cores / 10, gigabytes: disk.totalKb * 24 * 30 * 100 * 1e-6 }
  console.table({
    'cores for 1,000 channels': ours.cores.toFixed(3),
    'of which a bare write + fsync': floorCores.toFixed(3),
    'acknowledged after, p50 / p99': `${ours.ackP50Ms.toFixed(0)} / ${ours.ackP99Ms.toFixed(0)} ms`,
    'events a second': (ours.events / seconds).toFixed(0),
    'KB of cues per channel-hour': disk.kbPerChannelHour.toFixed(1),
    'BIN, times smaller than raw': disk.binRatio.toFixed(2),
    'a month of 100 channels': `${month.cores.toFixed(3)} cores, ${month.gigabytes.toFixed(0)} GB`,
  })
  console.log(
    JSON.stringify({
      coresPer1000Channels: round(ours.cores),
      kbPerChannelHour: round(disk.kbPerChannelHour),
      binRatio: round(disk.binRatio),
      floorCoresPer1000Channels: round(floorCores),
      ackP50Ms: round(ours.ackP50Ms),
      ackP99Ms: round(ours.ackP99Ms),
    }),
  )
} finally {
  await rm(folder, { recursive: true })
}

async function measureIngest(dataDir: string): Promise<Load> {
  await using storage = await openSqliteStorage({ dataDir })
  const tuners = await Promise.all(
    Array.from({ length: channels }, (_, n) => Tuner.connect(storage.log, n)),
  )
  const latencies: number[] = []
  await play(tuners, warmUpSeconds, [])
  const before = process.cpuUsage()
  const events = await play(tuners, seconds, latencies)
  const used = process.cpuUsage(before)
  // What the tuners cost is not the repository's: it is measured alone and taken off.
  const idle = { append: () => new Promise<never>(() => undefined) }
  const dry = Array.from({ length: channels }, (_, n) => new Tuner(idle, n, 0))
  const beforeDry = process.cpuUsage()
  await play(dry, Math.min(seconds, 5), [], false)
  const usedDry = process.cpuUsage(beforeDry)
  const cores = coresOf(used, seconds) - coresOf(usedDry, Math.min(seconds, 5))
  latencies.sort((a, b) => a - b)
  return {
    cores,
    events,
    ackP50Ms: latencies[Math.floor(latencies.length / 2)] ?? NaN,
    ackP99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? NaN,
  }
}

/** Every channel speaks once a second, spread over the second; every other time with a cue. */
async function play(
  tuners: readonly Tuner[],
  forSeconds: number,
  latencies: number[],
  wait = true,
): Promise<number> {
  const ticks = Math.round((forSeconds * 1000) / tickMs)
  const perTick = (tuners.length * tickMs) / 1000
  const acks: Promise<void>[] = []
  const started = performance.now()
  let events = 0
  for (let tick = 0; tick < ticks; tick++) {
    for (let n = 0; n < perTick; n++) {
      const tuner = tuners[(tick * perTick + n) % tuners.length]
      if (tuner === undefined) continue
      const sentMs = performance.now()
      const sent = tuner.second()
      events += sent.events
      acks.push(sent.acked.then(() => void latencies.push(performance.now() - sentMs)))
    }
    const lateMs = started + (tick + 1) * tickMs - performance.now()
    if (lateMs > 0) await new Promise((resolve) => setTimeout(resolve, lateMs))
  }
  if (wait) await Promise.all(acks)
  return events
}

/** The least that durability costs: the same bytes, appended and synced every 50 ms. */
async function measureFloor(file: string): Promise<number> {
  const fd = openSync(file, 'w')
  const perSecond = channels * (binSecond(0, 0).length + captionRow(0, 0).length / 2)
  const bytes = Buffer.alloc(Math.round(perSecond / 20), 'x')
  const before = process.cpuUsage()
  const started = performance.now()
  for (let n = 1; n <= seconds * 20; n++) {
    writeSync(fd, bytes)
    fsyncSync(fd)
    const lateMs = started + n * 50 - performance.now()
    if (lateMs > 0) await new Promise((resolve) => setTimeout(resolve, lateMs))
  }
  const cores = coresOf(process.cpuUsage(before), seconds)
  closeSync(fd)
  return cores
}

/** Six hours of a few channels on a clock that runs ahead, filed as they would be. */
async function measureDisk(
  dataDir: string,
): Promise<{ kbPerChannelHour: number; binRatio: number; totalKb: number }> {
  const [count, hours, stepSeconds] = [8, 6, 300]
  let nowMs = Date.UTC(2026, 10, 10)
  let rawBytes = 0
  {
    await using storage: SqliteStorage = await openSqliteStorage({
      dataDir,
      fileEveryMs: null,
      now: () => nowMs,
    })
    const tuners = await Promise.all(
      Array.from({ length: count }, (_, n) => Tuner.connect(storage.log, n)),
    )
    for (let step = 0; step < (hours * 3600) / stepSeconds; step++) {
      const acks: Promise<void>[] = []
      for (let second = 0; second < stepSeconds; second++) {
        for (const tuner of tuners) acks.push(tuner.second(nowMs).acked)
        nowMs += 1000
      }
      await Promise.all(acks)
      // Cues every five minutes, as the filer does by itself; BIN when its hours are over.
      await storage.file()
    }
    nowMs += 120_000
    await storage.file()
    for (let n = 0; n < count; n++)
      for (let second = 0; second < hours * 3600; second++) rawBytes += binSecond(n, second).length
  }
  const cueBytes = await sizeOf(path.join(dataDir, 'archive'))
  const binBytes = await sizeOf(path.join(dataDir, 'bin'))
  const perHour = 1 / (1024 * count * hours)
  return {
    kbPerChannelHour: cueBytes * perHour,
    binRatio: rawBytes / binBytes,
    totalKb: (cueBytes + binBytes) * perHour,
  }
}

async function sizeOf(dir: string): Promise<number> {
  let sum = 0
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) sum += (await stat(path.join(entry.parentPath, entry.name))).size
  return sum
}

function coresOf({ user, system }: NodeJS.CpuUsage, inSeconds: number): number {
  return (user + system) / 1e6 / inSeconds
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
