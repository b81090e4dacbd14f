import { fork } from 'node:child_process'
import { cpus } from 'node:os'
import { rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { once } from 'node:events'
import { prepareFolder, startServe } from './live/serve.ts'
import type { FeedersNews } from './live/feeders.ts'
import { channelsOf } from './live/load.ts'
import { news, pause } from './live/processes.ts'
import type { SoakNews } from './live/soak-viewers.ts'

/**
 * An hour of 100 channels' direct roll-up at ten times its speed, through `ccr serve`, to 500 viewers of whom one in
 * fifty is slow and one in fifty goes and comes back. All must hear everything once; and what is left after a forced
 * collection of garbage, heap and external, must at the end be at most 1.1 times what it was after a tenth of the run.
 *
 * SOAK_SECONDS (3600) of traffic, SOAK_SPEED (10), SOAK_VIEWERS (500).
 */

const traffic = Number(process.env['SOAK_SECONDS'] ?? '3600')
const speed = Number(process.env['SOAK_SPEED'] ?? '10')
const count = Number(process.env['SOAK_VIEWERS'] ?? '500')
const mostGrowth = 1.1
const runMs = (traffic / speed) * 1000

interface Memory {
  readonly heapUsed: number
  readonly external: number
  readonly rss: number
}

const { folder, token } = await prepareFolder([])
const preload = new URL('live/heap-report.ts', import.meta.url).pathname
await using serve = await startServe(folder, { NODE_OPTIONS: `--import ${preload}` }, 'pipe')
const children: { kill(): void }[] = []
try {
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${traffic} s of traffic at ${speed} times its speed`,
  )
  const feeders = fork(new URL('live/feeders.ts', import.meta.url), [
    ...[serve.url, token, '0', String(speed)],
  ])
  children.push(feeders)
  await news<FeedersNews, 'ready'>(feeders, 'ready')
  const viewers = fork(new URL('live/soak-viewers.ts', import.meta.url), [
    ...[new URL(serve.url).port, String(count)],
  ])
  children.push(viewers)
  await news<SoakNews, 'ready'>(viewers, 'ready')
  feeders.send({ type: 'play' })
  viewers.send({ type: 'trouble' })
  await pause(runMs * 0.1)
  const early = await memory()
  show('after a tenth', early)
  for (let part = 2; part <= 10; part++) {
    await pause(runMs * 0.1)
    if (part < 10) show(`after ${part} tenths`, await memory())
  }
  const late = await memory()
  show('at the end', late)
  feeders.send({ type: 'stop' })
  const { report } = await news<FeedersNews, 'counted'>(feeders, 'counted')
  viewers.send({ type: 'calm' })
  await pause(2000)
  viewers.send({ type: 'report' })
  const { sums, incomplete, returns, pauses } = await news<SoakNews, 'report'>(viewers, 'report')
  const wrong = sums.filter((sum, viewer) => {
    const said = channelsOf(viewer).reduce((all, n) => (all + (report.sums[n] ?? 0)) >>> 0, 0)
    return sum !== said
  }).length
  const growth = (late.heapUsed + late.external) / (early.heapUsed + early.external)
  console.log(
    `${count} viewers, ${returns} returns, ${pauses} pauses; ${wrong} viewers did not hear everything once, ${incomplete} were told of a hole`,
  )
  console.log(
    JSON.stringify({
      ...{ growth: Number(growth.toFixed(3)), viewers: count, returns, pauses, wrong, incomplete },
      earlyMb: megabytes(early.heapUsed + early.external),
      lateMb: megabytes(late.heapUsed + late.external),
    }),
  )
  if (growth > mostGrowth || wrong > 0) process.exitCode = 1
} finally {
  for (const child of children) child.kill()
  await serve[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
}

async function memory(): Promise<Memory> {
  if (serve.stderr === null) throw new Error('no stderr')
  const lines = createInterface({ input: serve.stderr })
  serve.kill('SIGUSR2')
  try {
    for (;;) {
      const [line] = (await once(lines, 'line')) as [string]
      if (line.startsWith('{"heapUsed"')) return JSON.parse(line) as Memory
      console.error(line)
    }
  } finally {
    lines.close()
    serve.stderr.resume()
  }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e5) / 10
}

function show(when: string, { heapUsed, external, rss }: Memory): void {
  console.log(
    `${when}: heap ${megabytes(heapUsed)} MB, external ${megabytes(external)} MB, resident ${megabytes(rss)} MB`,
  )
}
