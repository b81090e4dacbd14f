import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'
import {
  openSqliteStorage,
  type SqliteStorage,
} from '../src/server/engines/sqlite/sqlite-storage.ts'
import { binSecond, captionRow } from './captions.ts'
import { measureServe, measureSink } from './ingest/http.ts'
import { besides } from './live/beside.ts'
import { Tuner } from './tuner.ts'

/**
 * Durable ingest through `ccr serve`: 1,000 channels at live rates (a cue every 2 s, 400 bytes of BIN every second, each
 * acknowledged after its fsync), each over its own `POST /feed` from processes of their own; beside the least that such
 * a thing could be, over HTTP and without it; and what six hours of such channels take on disk. Goals: below one core,
 * at most 100 KB of cues per channel and hour, BIN at least 3 times smaller than raw.
 */

const channels = Number(process.env['BENCH_CHANNELS'] ?? '1000')
const seconds = Number(process.env['BENCH_SECONDS'] ?? '20')
const viewers = Number(process.env['BENCH_VIEWERS'] ?? '1000')
/** Where a disk is measured, and not memory: tmpfs has no fsync to speak of. */
const folder = await mkdtemp(path.join(process.env['BENCH_DIR'] ?? tmpdir(), 'ccr-ingest-'))

try {
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${folder}`)
  const ours = await measureServe(channels, seconds)
  const sink = await measureSink(folder, channels, seconds)
  const floorCores = await measureFloor(path.join(folder, 'floor'))
  const disk = await measureDisk(path.join(folder, 'disk'))
  // Letters as they are typed, cues and viewers, on disk: what a month of 100 channels is made of.
  const month = await besides(viewers, false, seconds)
  const perThousand = 1000 / channels
  const monthGigabytes = disk.totalKb * 24 * 30 * 100 * 1024 * 1e-9
  console.table({
    'cores for 1,000 channels': (ours.cores * perThousand).toFixed(3),
    'a bare HTTP sink, synced every 50 ms': (sink.cores * perThousand).toFixed(3),
    'times the sink': (ours.cores / sink.cores).toFixed(2),
    'a bare write and fsync every 50 ms': (floorCores * perThousand).toFixed(3),
    'times the write': (ours.cores / floorCores).toFixed(2),
    'load generator, ours / sink': `${ours.generatorCores.toFixed(2)} / ${sink.generatorCores.toFixed(2)} cores`,
    'acknowledged after, p50 / p99': `${ours.ackP50Ms} / ${ours.ackP99Ms} ms`,
    'by the sink': `${sink.ackP50Ms} / ${sink.ackP99Ms} ms`,
    'lines a second': ours.eventsPerSecond.toFixed(0),
    'MB a second': ours.megabytesPerSecond.toFixed(2),
    'KB of cues per channel-hour': disk.kbPerChannelHour.toFixed(1),
    'BIN, times smaller than raw': disk.binRatio.toFixed(2),
    [`a month of 100 channels and ${viewers} viewers`]: `${month.cores.toFixed(3)} cores, ${monthGigabytes.toFixed(0)} GB`,
  })
  console.log(
    JSON.stringify({
      coresPer1000Channels: round(ours.cores * perThousand),
      kbPerChannelHour: round(disk.kbPerChannelHour),
      binRatio: round(disk.binRatio),
      ackP50Ms: ours.ackP50Ms,
      ackP99Ms: ours.ackP99Ms,
      sinkCoresPer1000Channels: round(sink.cores * perThousand),
      timesSink: round(ours.cores / sink.cores),
      sinkAckP99Ms: sink.ackP99Ms,
      floorCoresPer1000Channels: round(floorCores * perThousand),
      timesFloor: round(ours.cores / floorCores),
      generatorCores: round(ours.generatorCores),
      monthCores: round(month.cores),
      monthGigabytes: round(monthGigabytes),
    }),
  )
} finally {
  await rm(folder, { recursive: true })
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
