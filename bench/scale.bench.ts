import { execFileSync, fork } from 'node:child_process'
import { cpus } from 'node:os'
import { startCluster, type Cluster } from '../test/support/nodes/cluster.ts'
import { FaultProxy } from '../test/support/fault-proxy.ts'
import type { FeedersNews } from './live/feeders.ts'
import { channelCount, channelName, channelsOf, type LoadReport } from './live/load.ts'
import { cpuMs, cpuOfEndedToo, news, pause, percentile, sumOf } from './live/processes.ts'
import type { ViewersNews } from './live/viewers.ts'

/**
 * 1, 2 and 4 nodes on one machine with a real Redis and a real PostgreSQL: what the same 100 channels and viewers cost, in
 * processor time of nodes and engines, so that other load on the machine matters little. Feeds and viewers come through a
 * balancer, and are spread over the nodes; every viewer must have heard exactly what was said. Efficiency = what the work
 * costs one node / what it costs all nodes together.
 */

const seconds = Number(process.env['BENCH_SECONDS'] ?? '20')
const viewers = Number(process.env['BENCH_VIEWERS'] ?? '800')
const idleMs = 4000
/** Nodes compile what they do often: what is measured comes after that, as of nodes that have run for a while. */
const warmSeconds = Number(process.env['BENCH_WARM_SECONDS'] ?? '15')

interface Cost {
  readonly nodes: number
  readonly redis: number
  readonly postgres: number
}

interface Measured {
  /** Processor time, milliseconds a second. */
  readonly used: Cost
  readonly report: LoadReport
  readonly heard: Extract<ViewersNews, { type: 'report' }> | null
  readonly seconds: number
  readonly lagSeconds: number
}

console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${viewers} viewers`,
)
const rows = []
for (const nodes of [1, 2, 4]) {
  const feeding = await measure(nodes, 0)
  const both = await measure(nodes, viewers)
  // Said at one pace from the beginning to the end.
  const delivered = (deliveriesOf(both.report) * both.seconds) / (warmSeconds + both.seconds)
  rows.push({
    nodes,
    ingest: (feeding.used.nodes * 1000) / channelCount,
    redis: (feeding.used.redis * 1000) / channelCount,
    postgres: (feeding.used.postgres * 1000) / channelCount,
    fanOut: ((both.used.nodes - feeding.used.nodes) * both.seconds * 1000) / delivered,
    p50: percentile(both.heard?.latencies ?? [], 0.5),
    p99: percentile(both.heard?.latencies ?? [], 0.99),
    lagSeconds: Math.max(feeding.lagSeconds, both.lagSeconds),
    updatesPerViewer: delivered / viewers / both.seconds,
  })
}
const [one] = rows
if (one === undefined) throw new Error('nothing was measured')
console.table(
  Object.fromEntries(
    rows.map((row) => [
      `${row.nodes} ${row.nodes === 1 ? 'node' : 'nodes'}`,
      {
        'nodes, ms of processor a channel and second': (row.ingest / 1000).toFixed(2),
        'efficiency of ingest': (one.ingest / row.ingest).toFixed(2),
        'µs an update delivered': row.fanOut.toFixed(2),
        'efficiency of fan-out': (one.fanOut / row.fanOut).toFixed(2),
        'Redis, ms a channel and second': (row.redis / 1000).toFixed(2),
        'PostgreSQL, ms a channel and second': (row.postgres / 1000).toFixed(2),
        'latency p50 / p99, ms': `${row.p50} / ${row.p99}`,
        'archive behind, s': row.lagSeconds.toFixed(1),
      },
    ]),
  ),
)
const last = rows.at(-1) ?? one
/** 10,000 channels and a million viewers of four channels each, in cores: the figures above, multiplied. */
const perViewer = last.updatesPerViewer
const paper = {
  ingestCores: (last.ingest * 10_000) / 1e6,
  redisCores: (last.redis * 10_000) / 1e6,
  postgresCores: (last.postgres * 10_000) / 1e6,
  liveCores: (last.fanOut * perViewer * 1e6) / 1e6,
}
console.log('on paper, 10,000 channels and 1,000,000 viewers of 4 channels, cores:')
console.table(Object.fromEntries(Object.entries(paper).map(([name, n]) => [name, n.toFixed(0)])))
console.log(
  JSON.stringify({
    ...Object.fromEntries(
      rows.flatMap((row) => [
        [`efficiencyIngest${row.nodes}`, round(one.ingest / row.ingest)],
        [`efficiencyFanOut${row.nodes}`, round(one.fanOut / row.fanOut)],
      ]),
    ),
    corePercentPerChannel: round(last.ingest / 10_000),
    redisCorePercentPerChannel: round(last.redis / 10_000),
    postgresCorePercentPerChannel: round(last.postgres / 10_000),
    usPerUpdate: round(last.fanOut),
    latencyP99Ms: last.p99,
    archiveLagSeconds: round(Math.max(...rows.map(({ lagSeconds }) => lagSeconds))),
  }),
)

async function measure(nodes: number, watching: number): Promise<Measured> {
  const env = { CCR_SOCKETS_PER_ADDRESS: '20000', CCR_LOG_LEVEL: 'error' }
  await using cluster = await startCluster({ nodes: Array.from({ length: nodes }, () => env) })
  let next = 0
  await using balancer = await FaultProxy.start(
    () => new URL(cluster.nodes[next++ % cluster.nodes.length]?.url ?? ''),
    () => ({ kind: 'none' }),
  )
  let token = ''
  for (let n = 0; n < channelCount; n++) token = await cluster.addChannel(channelName(n), 'admin')
  const port = new URL(balancer.url).port
  const feeders = fork(new URL('live/feeders.ts', import.meta.url), [balancer.url, token, '0', '1'])
  const load =
    watching === 0
      ? null
      : fork(new URL('live/viewers.ts', import.meta.url), ['ours', port, String(watching)])
  try {
    await news<FeedersNews, 'ready'>(feeders, 'ready')
    if (load !== null) await news<ViewersNews, 'ready'>(load, 'ready')
    let lagSeconds = 0
    const looking = setInterval(() => {
      void lagOf(cluster).then((lag) => (lagSeconds = Math.max(lagSeconds, lag)))
    }, 1000)
    feeders.send({ type: 'play' })
    const playing = await news<FeedersNews, 'playing'>(feeders, 'playing')
    load?.send(playing)
    load?.send({ type: 'count' })
    await pause(warmSeconds * 1000)
    const busy = await during(cluster, () => pause(seconds * 1000))
    feeders.send({ type: 'stop' })
    const { report } = await news<FeedersNews, 'counted'>(feeders, 'counted')
    clearInterval(looking)
    // The last lines are still under way.
    await pause(1500)
    let heard = null
    if (load !== null) {
      load.send({ type: 'report' })
      heard = await news<ViewersNews, 'report'>(load, 'report')
      checkHeard(heard.sums, report)
    }
    // Viewers are there still: what is left is what nobody asked for.
    const idle = await during(cluster, () => pause(idleMs))
    const less = (name: keyof Cost): number => busy.cost[name] - idle.cost[name]
    const used = { nodes: less('nodes'), redis: less('redis'), postgres: less('postgres') }
    return { used, report, heard, seconds: busy.seconds, lagSeconds }
  } finally {
    feeders.kill()
    load?.kill()
  }
}

/** Processor time of everything while something is done, milliseconds a second. */
async function during(
  cluster: Cluster,
  work: () => Promise<void>,
): Promise<{ cost: Cost; seconds: number }> {
  const before = costOf(cluster)
  const began = performance.now()
  await work()
  const took = (performance.now() - began) / 1000
  const after = costOf(cluster)
  const per = (name: keyof Cost): number => (after[name] - before[name]) / took
  return {
    cost: { nodes: per('nodes'), redis: per('redis'), postgres: per('postgres') },
    seconds: took,
  }
}

function costOf({ nodes, redis, postgres }: Cluster): Cost {
  const of = (pids: readonly number[]): number => sumOf(pids.map(cpuMs))
  return {
    nodes: of(nodes.map(({ child }) => child.pid ?? 0)),
    redis: of([redis.pid()]),
    postgres: familyMs(postgres.pid()),
  }
}

/** A process, those of its children that ended, and those that live. */
function familyMs(pid: number): number {
  const children = execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
  return (
    cpuOfEndedToo(pid) +
    sumOf(
      children
        .trim()
        .split('\n')
        .map((child) => cpuMs(Number(child))),
    )
  )
}

async function lagOf({ nodes }: Cluster): Promise<number> {
  const [node] = nodes
  if (node === undefined) return 0
  const text = await (await fetch(`${node.url}/metrics`)).text()
  return Number(/^ccr_archive_lag_seconds (\S+)/m.exec(text)?.[1] ?? 0)
}

function checkHeard(sums: readonly number[], report: LoadReport): void {
  for (const [viewer, found] of sums.entries()) {
    const said = channelsOf(viewer).reduce((all, n) => (all + (report.sums[n] ?? 0)) >>> 0, 0)
    if (found !== said) throw new Error(`viewer ${viewer} did not hear what was said`)
  }
}

function deliveriesOf(report: LoadReport): number {
  const all = Array.from({ length: viewers }, (_, viewer) => channelsOf(viewer)).flat()
  return sumOf(all.map((n) => report.updates[n] ?? 0))
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
