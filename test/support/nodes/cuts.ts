import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../random.ts'
import { answersAgain, isMissed, isSilent, type Harm } from './harm.ts'
import type { DistantHost } from './hosts.ts'

/** The hosts of a cluster, by what runs there. */
export interface Hosts {
  readonly postgres: DistantHost
  readonly redis: DistantHost
  readonly s3: DistantHost
  readonly node: (n: number) => DistantHost
}

const engines = { redis: 'Redis', postgres: 'PostgreSQL', s3: 'S3' } as const

/** What is done to the network between the hosts. */
export function cutsOf(hosts: Hosts): Harm[] {
  const names = Object.keys(engines) as (keyof typeof engines)[]
  return [
    {
      name: 'a node is cut off from everybody',
      do: async (cluster, random) => {
        const n = random.below(cluster.nodes.length)
        const [node, host] = [cluster.nodes[n], hosts.node(n)]
        if (node === undefined) return
        host.cut()
        try {
          await isSilent(node)
          await pause(random)
        } finally {
          host.join()
        }
        await answersAgain(node)
      },
    },
    ...names.flatMap((name): Harm[] => {
      return [
        {
          name: `${engines[name]} is cut off from everybody`,
          do: async (cluster, random) => {
            hosts[name].cut()
            try {
              await isMissed(cluster, engines[name])
              await pause(random)
            } finally {
              hosts[name].join()
            }
          },
        },
        {
          name: `a node and ${engines[name]} are cut off from each other`,
          do: async (cluster, random) => {
            const n = random.below(cluster.nodes.length)
            const [node, host] = [cluster.nodes[n], hosts.node(n)]
            if (node === undefined) return
            host.cut(hosts[name])
            try {
              await isMissed({ ...cluster, nodes: [node] }, engines[name])
              await pause(random)
            } finally {
              host.join(hosts[name])
            }
          },
        },
      ]
    }),
  ]
}

/** Leases end after five seconds: some cuts are longer. */
async function pause(random: Random): Promise<void> {
  await sleep(random.next() * 8000)
}
