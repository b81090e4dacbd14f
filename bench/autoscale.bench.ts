import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { readCosts } from './autoscale/costs.ts'
import { crowdOf, simulate, type Surroundings } from './autoscale/crowd.ts'
import { measureJoin } from './autoscale/joins.ts'
import { readTierRule } from './autoscale/rule.ts'

/**
 * The live tier's autoscaler on a crowd that comes within five minutes, stays, goes within five, and leaves a tenth behind. The rule
 * is that of the manifests, the costs of a viewer are those of bench/README.md, the rest is Kubernetes' documented algorithm.
 *
 * BENCH_VIEWERS (100000); BENCH_JOINS=1000 measures first what a viewer costs that comes.
 */

const most = Number(process.env['BENCH_VIEWERS'] ?? '100000')
const joins = Number(process.env['BENCH_JOINS'] ?? '0')
if (joins > 0) {
  const ms = await measureJoin(joins)
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}: a viewer that comes takes ${ms.toFixed(2)} ms`,
  )
}

const costs = readCosts(readFileSync('bench/README.md', 'utf8'))
// What is rendered of the overlay: test/deploy holds it so.
const rule = readTierRule(readFileSync('test/deploy/golden/large-cluster.yaml', 'utf8'), 'ccr-live')
const { viewersAt, seconds } = crowdOf(most)
const plenty = { roomForPods: Infinity, machineS: 0 }
const few = { roomForPods: 16, machineS: 90 }
const none = { roomForPods: rule.least, machineS: 90 }
const cases: Readonly<Record<string, Surroundings>> = {
  'any is sent the next one': { balancer: 'any', ...plenty },
  'the one with the fewest is': { balancer: 'fewest', ...plenty },
  'any; room for 16, others wait for machines': { balancer: 'any', ...few },
  'any; all further ones wait for machines': { balancer: 'any', ...none },
}
const outcomes = Object.entries(cases).map(
  ([name, around]) => [name, simulate(rule, costs, around, viewersAt, seconds)] as const,
)

console.log(
  `a node of ${rule.connectionTarget} viewers: ${(costs.idleCores + costs.coresPerViewer * rule.connectionTarget).toFixed(2)} cores, ${((costs.bytesPerSecondAndViewer * 8 * rule.connectionTarget) / 1e6).toFixed(1)} Mbit/s; a viewer that comes ${(costs.joinCoreSeconds * 1000).toFixed(2)} ms`,
)
console.table(
  Object.fromEntries(
    outcomes.map(([name, one]) => [
      name,
      {
        'nodes at most': one.mostPods,
        'viewers of a node at most': Math.round(one.mostViewersOfAPod),
        'cores of a node at most': one.mostCoresOfAPod.toFixed(2),
        'waited > 1 s': Math.round(one.delayed),
        'longest wait s': one.longestWaitS,
        'turned away': Math.round(one.turnedAway),
        'moved by draining': Math.round(one.moved),
        'settled after s': one.settledS,
        'node-minutes / ideal': `${one.podMinutes.toFixed(0)} / ${one.idealPodMinutes.toFixed(0)}`,
      },
    ]),
  ),
)
const minutes = Array.from({ length: Math.floor(seconds / 60) }, (_, minute) => minute)
console.table(
  Object.fromEntries(
    minutes
      .filter((minute) => minute <= 8 || minute % 5 === 0)
      .map((minute) => [
        `minute ${minute}`,
        {
          viewers: Math.round(viewersAt(minute * 60)),
          ...Object.fromEntries(outcomes.map(([name, one]) => [name, one.pods[minute * 60]])),
        },
      ]),
  ),
)
const [[, first]] = outcomes as [(typeof outcomes)[number]]
console.log(
  JSON.stringify({
    viewers: most,
    mostNodes: first.mostPods,
    mostViewersOfANode: Math.round(first.mostViewersOfAPod),
    mostCoresOfANode: round(first.mostCoresOfAPod),
    waited: Math.round(first.delayed),
    turnedAway: Math.round(first.turnedAway),
    moved: Math.round(first.moved),
    settledS: first.settledS,
    nodeMinutesVsIdeal: round(first.podMinutes / first.idealPodMinutes),
    worst: Object.fromEntries(
      outcomes.map(([name, one]) => [
        name,
        [Math.round(one.mostViewersOfAPod), round(one.mostCoresOfAPod)],
      ]),
    ),
    nodesByMinute: minutes.map((minute) => first.pods[minute * 60]),
  }),
)

function round(value: number): number {
  return Number(value.toFixed(3))
}
