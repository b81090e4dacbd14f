import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { Autoscaler, type Seen } from '../../bench/autoscale/autoscaler.ts'
import { readCosts } from '../../bench/autoscale/costs.ts'
import { crowdOf, simulate } from '../../bench/autoscale/crowd.ts'
import { readTierRule, type TierRule } from '../../bench/autoscale/rule.ts'

/** The algorithm as Kubernetes documents it, and the live tier's rule on a crowd (npm run bench:autoscale prints all of it). */

const rule: TierRule = {
  ...{ least: 1, most: 100, cpuTarget: 0.5, cpuRequest: 1, connectionTarget: 100 },
  up: { stabilizationS: 0, policies: [{ type: 'Percent', value: 900, periodS: 15 }] },
  down: { stabilizationS: 0, policies: [{ type: 'Percent', value: 100, periodS: 15 }] },
  ...{ startupPeriodS: 2, readinessPeriodS: 5, preStopS: 10 },
}

function pods(count: number, connections: number | undefined, isReady = true): Seen[] {
  return Array.from({ length: count }, () => ({ isReady, cores: 0, connections }))
}

describe('the autoscaler', () => {
  it('asks for as many as bring the mean to its target, and leaves alone what is within a tenth of it', () => {
    const decide = (connections: number): number =>
      new Autoscaler(rule).decide(0, pods(4, connections))
    assert.deepEqual([200, 150, 109, 100, 91, 50].map(decide), [8, 6, 4, 4, 4, 2])
  })

  it('takes the larger of what its figures ask for', () => {
    const busy = pods(4, 50).map((pod) => ({ ...pod, cores: 1 }))
    assert.equal(new Autoscaler(rule).decide(0, busy), 8)
  })

  it('takes pods of which nothing is known for idle when it adds, and for busy when it takes away', () => {
    const half = (connections: number): Seen[] => [...pods(2, connections), ...pods(2, undefined)]
    assert.equal(new Autoscaler(rule).decide(0, half(400)), 8)
    // (150 + 150 + 0 + 0) / 4 is under the target, from over it: nothing is done.
    assert.equal(new Autoscaler(rule).decide(0, half(150)), 4)
    assert.equal(new Autoscaler(rule).decide(0, half(20)), 3)
  })

  it('adds and takes away no more than its policies allow in their time', () => {
    const slow = new Autoscaler({
      ...rule,
      up: { stabilizationS: 0, policies: [{ type: 'Pods', value: 4, periodS: 60 }] },
      down: { stabilizationS: 0, policies: [{ type: 'Percent', value: 10, periodS: 60 }] },
    })
    assert.deepEqual(
      [
        slow.decide(0, pods(10, 900)),
        slow.decide(15, pods(14, 900)),
        slow.decide(60, pods(14, 900)),
        slow.decide(120, pods(18, 1)),
        slow.decide(135, pods(16, 1)),
        slow.decide(180, pods(16, 1)),
      ],
      [14, 14, 18, 16, 16, 14],
    )
  })

  it('takes nothing away that was asked for within its window, and passes its bounds never', () => {
    const careful = new Autoscaler({
      ...rule,
      most: 12,
      down: { ...rule.down, stabilizationS: 300 },
    })
    assert.equal(careful.decide(0, pods(10, 100)), 10)
    assert.equal(careful.decide(150, pods(10, 10)), 10)
    assert.equal(careful.decide(300, pods(10, 10)), 10)
    assert.equal(careful.decide(301, pods(10, 10)), 1)
    assert.equal(careful.decide(316, pods(10, 900)), 12)
    assert.equal(new Autoscaler({ ...rule, least: 3 }).decide(0, pods(10, 0)), 3)
  })
})

describe('the live tier', () => {
  const tier = readTierRule(
    readFileSync('test/deploy/golden/large-cluster.yaml', 'utf8'),
    'ccr-live',
  )
  const costs = readCosts(readFileSync('bench/README.md', 'utf8'))
  const { viewersAt, seconds } = crowdOf(100_000)
  const plenty = { balancer: 'any', roomForPods: Infinity, machineS: 0 } as const
  const run = (one: TierRule): ReturnType<typeof simulate> =>
    simulate(one, costs, plenty, viewersAt, seconds)

  it('takes 100,000 viewers within five minutes: none is turned away, no node has more than was measured', () => {
    const outcome = run(tier)
    assert.equal(Math.round(outcome.viewers[900] ?? 0), 100_000)
    assert.equal(Math.round(outcome.turnedAway), 0)
    assert.ok(outcome.mostViewersOfAPod <= costs.measuredViewers, String(outcome.mostViewersOfAPod))
    assert.ok(outcome.mostCoresOfAPod < 1, String(outcome.mostCoresOfAPod))
    assert.ok(outcome.mostPods < tier.most)
  })

  it('is back at its least when they have gone, and loses nobody on the way', () => {
    const outcome = run(tier)
    assert.equal(outcome.pods.at(-1), tier.least)
    assert.ok(outcome.moved > 0)
    assert.equal(Math.round(outcome.viewers[54 * 60] ?? 0), 10_000)
    assert.ok(outcome.podMinutes < 1.5 * outcome.idealPodMinutes)
  })

  it('would not with half of its nodes at the start and twice the connections of each', () => {
    const outcome = run({
      ...tier,
      least: tier.least / 2,
      connectionTarget: 2 * tier.connectionTarget,
    })
    assert.ok(outcome.mostViewersOfAPod > costs.measuredViewers)
    assert.ok(outcome.turnedAway > 0)
  })
})
