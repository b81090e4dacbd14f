import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Server } from '../processes.ts'
import type { Random } from '../random.ts'
import type { Cluster } from './cluster.ts'
import { answersAgain, isMissed, isSilent, type Harm, type Harmed } from './harm.ts'

interface Part {
  readonly signal: (name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') => Promise<void>
  readonly restart: () => Promise<void>
}

const processHarms: readonly Harm[] = [
  {
    name: 'a node is killed',
    do: async (cluster, random) => {
      await replaceNode(cluster, random.pick(cluster.nodes))
    },
  },
  {
    name: 'a node is paused',
    do: async (cluster, random) => {
      const node = random.pick(cluster.nodes)
      node.child.kill('SIGSTOP')
      await isSilent(node)
      // Its leases end after five seconds, or they do not.
      await sleep(random.next() * 6000)
      node.child.kill('SIGCONT')
      await answersAgain(node)
    },
  },
  {
    name: 'Redis is emptied',
    do: async ({ redis }) => {
      assert.ok(Number(redis.cli('dbsize')) > 0, 'there was something to lose')
      redis.cli('flushall')
      await sleep(1000)
    },
  },
  ...partHarms('Redis', (cluster) => cluster.redis),
  ...partHarms('PostgreSQL', (cluster) => cluster.postgres),
]

/** What is done to processes: killed, paused, and emptied. */
export function harmsOfProcesses(): readonly Harm[] {
  return [...processHarms, ...partHarms('S3', ({ s3 }) => s3 ?? noPart())]
}

function partHarms(what: 'Redis' | 'PostgreSQL' | 'S3', partOf: (field: Harmed) => Part): Harm[] {
  return [
    {
      name: `${what} is killed`,
      do: async (cluster, random) => {
        const part = partOf(cluster)
        await part.signal('SIGKILL')
        await isMissed(cluster, what)
        await sleep(random.next() * 2000)
        await part.restart()
      },
    },
    {
      name: `${what} is paused`,
      do: async (cluster, random) => {
        const part = partOf(cluster)
        await part.signal('SIGSTOP')
        try {
          await isMissed(cluster, what)
          await sleep(random.next() * 2000)
        } finally {
          await part.signal('SIGCONT')
        }
      },
    },
  ]
}

async function replaceNode(cluster: Cluster, node: Server): Promise<void> {
  cluster.nodes.splice(cluster.nodes.indexOf(node), 1)
  node.child.kill('SIGKILL')
  assert.equal(await node.ended, 'SIGKILL')
  await cluster.addNode()
}

/** In a random order, then at random. */
export function* inAnyOrder(harms: readonly Harm[], random: Random): Generator<Harm> {
  const plan = [...harms]
  while (plan.length > 0) yield* plan.splice(random.below(plan.length), 1)
  for (;;) yield random.pick(harms)
}

function noPart(): never {
  throw new Error('this cluster has no S3')
}
