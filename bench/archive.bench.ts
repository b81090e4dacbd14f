import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'
import { openSqliteDirectory } from '../src/server/engines/sqlite/sqlite-directory.ts'
import { makeYears } from './archive/years.ts'
import { pause, residentBytes } from './live/processes.ts'
import { startServe } from './live/serve.ts'

/**
 * What age costs: the time to start with 24 volumes beside that of an empty folder, and a year of a channel as one file:
 * first byte, rate and memory, beside a bare HTTP server that sends a file of the same bytes. Goals: a start that does
 * not depend on the volumes, a first byte within 200 ms, memory that does not grow with the range.
 */

const months = Number(process.env['BENCH_MONTHS'] ?? '24')
const hoursADay = Number(process.env['BENCH_HOURS_A_DAY'] ?? '1')
const starts = 3
const folder = await mkdtemp(path.join(process.env['BENCH_DIR'] ?? tmpdir(), 'ccr-archive-'))

interface Download {
  readonly firstByteMs: number
  readonly seconds: number
  readonly bytes: number
  readonly peakMiB: number
}

try {
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${folder}`)
  const began = performance.now()
  const data = path.join(folder, 'data')
  const years = await makeYears(data, months, hoursADay)
  const made = (performance.now() - began) / 1000
  await addChannel(data)
  const startMs = await measureStart(data)
  const emptyStartMs = await measureStart(path.join(folder, 'empty'))
  const [from, to] = [years.fromMs, years.toMs].map((ms) => new Date(ms).toISOString())
  const query = `format=jsonl&from=${from ?? ''}&to=${to ?? ''}`
  const copy = path.join(folder, 'copy')
  const ours = await measureOurs(data, query, copy)
  const bare = await measureBare(copy)
  const rate = ({ bytes, seconds }: Download): string => (bytes / seconds / 1e6).toFixed(1)
  console.table({
    [`making ${months} months, ${hoursADay} h a day`]: `${made.toFixed(0)} s`,
    [`start with ${months} volumes`]: `${startMs.toFixed(0)} ms`,
    'start with none': `${emptyStartMs.toFixed(0)} ms`,
    'a year as a file': `${(ours.bytes / 1e6).toFixed(0)} MB, ${years.cuesOfLastYear} cues`,
    'first byte, ours / bare': `${ours.firstByteMs.toFixed(0)} / ${bare.firstByteMs.toFixed(0)} ms`,
    'MB a second, ours / bare': `${rate(ours)} / ${rate(bare)}`,
    'memory above idle, at most': `${ours.peakMiB.toFixed(0)} MiB`,
  })
  console.log(
    JSON.stringify({
      startMsWith24Volumes: Math.round(startMs),
      startMsEmpty: Math.round(emptyStartMs),
      downloadYearFirstByteMs: Math.round(ours.firstByteMs),
      downloadYearPeakMiB: Math.round(ours.peakMiB),
      downloadYearMBps: Number(rate(ours)),
      bareFirstByteMs: Math.round(bare.firstByteMs),
      bareMBps: Number(rate(bare)),
      months,
      hoursADay,
    }),
  )
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function addChannel(dataDir: string): Promise<void> {
  await using directory = openSqliteDirectory(dataDir)
  await directory.createChannel({
    ...{ id: 'year', name: 'year', network: null, country: null, languages: ['en'] },
    ...{ timeZone: 'UTC', description: null, tags: [], website: null, logo: null, externalIds: [] },
    policy: {
      ...{ visibility: 'public', delaySeconds: 0, snippetWords: null },
      ...{ retentionDays: null, export: true, robots: false },
    },
  })
}

/** From the start of the process to its first line; the best of some, as others share the machine. */
async function measureStart(dataDir: string): Promise<number> {
  let best = Infinity
  for (let n = 0; n < starts; n++) {
    const began = performance.now()
    await using server = await startServe(dataDir)
    best = Math.min(best, performance.now() - began)
    if (server.url === '') throw new Error('no address')
  }
  return best
}

async function measureOurs(dataDir: string, query: string, copy: string): Promise<Download> {
  await using server = await startServe(dataDir)
  await pause(1000)
  const url = `${server.url}/api/v1/channels/year/download?${query}`
  return await download(url, () => residentBytes(server.pid), copy)
}

async function measureBare(file: string): Promise<Download> {
  const server = createServer((_, response) => createReadStream(file).pipe(response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    return await download(`http://127.0.0.1:${port}/`, () => 0, null)
  } finally {
    server.close()
  }
}

async function download(
  url: string,
  resident: () => number,
  copy: string | null,
): Promise<Download> {
  const idle = resident()
  let peak = idle
  const sampling = setInterval(() => (peak = Math.max(peak, resident())), 20)
  const began = performance.now()
  let firstByteMs = NaN
  let bytes = 0
  const out = copy === null ? null : createWriteStream(copy)
  try {
    const answer = await fetch(url)
    if (!answer.ok || answer.body === null) throw new Error(`status ${answer.status}`)
    for await (const chunk of answer.body) {
      if (bytes === 0) firstByteMs = performance.now() - began
      bytes += chunk.length
      if (out?.write(chunk) === false) await once(out, 'drain')
    }
  } finally {
    clearInterval(sampling)
    out?.end()
  }
  if (out !== null) await once(out, 'close')
  const seconds = (performance.now() - began) / 1000
  return { firstByteMs, seconds, bytes, peakMiB: (peak - idle) / 1024 ** 2 }
}
