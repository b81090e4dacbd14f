import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeBroadcast, makeFrames } from './tuner/broadcast.ts'
import { news, pause } from './live/processes.ts'
import type { TelevisionNews } from './tuner/television.ts'

/**
 * A day of one channel's stream through `ccr send`, as fast as it takes it: what it keeps after hours must not be more than
 * after the first. Memory is what its own metrics say; of a heap that is swept now and then, the least of each hour counts.
 */

const hours = Number(process.env['SOAK_HOURS'] ?? '24')
const sampleMs = 50
const minutesAtATime = 20
/** Of a transport stream with little in it but captions: they are what memory could be kept for. */
const bitsPerSecond = 150_000
const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))

interface Memory {
  readonly heapBytes: number
  readonly residentBytes: number
}

const folder = await mkdtemp(path.join(tmpdir(), 'ccr-soak-'))
const television = fork(new URL('tuner/television.ts', import.meta.url), ['1', '1'])
const { url } = await news<TelevisionNews, 'listening'>(television, 'listening')
const socket = path.join(folder, 'status.sock')
const sender = spawn(
  process.execPath,
  [
    ...[main, 'send', '--server', url, '--channel', 'day', '--input', '-', '--format', 'ts'],
    ...['--spool', path.join(folder, 'spool'), '--status', socket, '--extractor', 'builtin'],
  ],
  { stdio: ['pipe', 'ignore', 'ignore'], env: { ...process.env, CCR_TOKEN: 'soak' } },
)
try {
  while (!(await isListening())) await pause(100)
  const least: Memory[] = []
  const beganMs = performance.now()
  for (let hour = 0; hour < hours; hour++) {
    const samples: Memory[] = []
    const sampling = setInterval(
      () =>
        void read().then(
          (one) => samples.push(one),
          () => undefined,
        ),
      sampleMs,
    )
    for (let part = 0; part < 60 / minutesAtATime; part++)
      for (const piece of makeBroadcast(
        makeFrames(hour * 60 + part, minutesAtATime),
        bitsPerSecond,
      ))
        if (!sender.stdin.write(piece)) await once(sender.stdin, 'drain')
    samples.push(await read())
    clearInterval(sampling)
    least.push({
      heapBytes: Math.min(...samples.map(({ heapBytes }) => heapBytes)),
      residentBytes: Math.min(...samples.map(({ residentBytes }) => residentBytes)),
    })
  }
  const seconds = (performance.now() - beganMs) / 1000
  const { cues } = await askTelevision()
  const of = (name: keyof Memory, from: number, to: number): number =>
    Math.min(...least.slice(from, to).map((memory) => memory[name])) / 1024 / 1024
  const third = Math.max(2, Math.floor(hours / 3))
  // The first hour has the start in it, before anything was read.
  const [before, after] = [of('heapBytes', 1, third), of('heapBytes', hours - third, hours)]
  const [wasResident, resident] = [
    of('residentBytes', 1, third),
    of('residentBytes', hours - third, hours),
  ]
  console.table(
    least.map(({ heapBytes, residentBytes }) => ({
      'heap MiB': (heapBytes / 1024 / 1024).toFixed(1),
      'resident MiB': (residentBytes / 1024 / 1024).toFixed(1),
    })),
  )
  console.table({
    'hours of stream': hours,
    'in seconds': Math.round(seconds),
    'captions stored': cues,
    'heap, first third / last third': `${before.toFixed(1)} / ${after.toFixed(1)} MiB`,
    'resident, first third / last third': `${wasResident.toFixed(1)} / ${resident.toFixed(1)} MiB`,
  })
  console.log(
    JSON.stringify({
      ...{ hours, seconds: Math.round(seconds), cues },
      heapGrowth: Math.round((after / before) * 1000) / 1000,
      residentGrowth: Math.round((resident / wasResident) * 1000) / 1000,
    }),
  )
} finally {
  sender.kill('SIGKILL')
  television.kill()
  await rm(folder, { recursive: true, force: true })
}

async function askTelevision(): Promise<Extract<TelevisionNews, { type: 'counts' }>> {
  const answer = news<TelevisionNews, 'counts'>(television, 'counts')
  television.send('count')
  return await answer
}

async function isListening(): Promise<boolean> {
  return await read().then(
    () => true,
    () => false,
  )
}

/** As the sender's own metrics say it. */
async function read(): Promise<Memory> {
  const text = await new Promise<string>((resolve, reject) => {
    const asked = request({ socketPath: socket, path: '/metrics' }, (answer) => {
      let body = ''
      answer.setEncoding('utf8').on('data', (piece: string) => (body += piece))
      answer.once('end', () => resolve(body))
    })
    asked.once('error', reject)
    asked.end()
  })
  const figure = (name: string): number =>
    Number(new RegExp(`^${name} ([0-9.e+]+)$`, 'm').exec(text)?.[1] ?? NaN)
  return {
    heapBytes:
      figure('ccr_nodejs_heap_size_used_bytes') + figure('ccr_nodejs_external_memory_bytes'),
    residentBytes: figure('ccr_process_resident_memory_bytes'),
  }
}
