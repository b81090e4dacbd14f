import { setTimeout as sleep } from 'node:timers/promises'
import type { Server } from '../processes.ts'
import type { Random } from '../random.ts'
import { answersAgain, isMissed, isSilent, type Harm, type Harmed } from './harm.ts'
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
  const pick = ({ nodes }: Harmed, random: Random): [Server, DistantHost] => {
    const node = random.pick(nodes)
    return [node, hosts.node(nodes.indexOf(node))]
  }
  const names = Object.keys(engines) as (keyof typeof engines)[]
  return [
    {
      name: 'a node is cut off from everybody',
      do: async (field, random) => {
        const [node, host] = pick(field, random)
        await cut(host, undefined, random, () => isSilent(node))
        await answersAgain(node)
      },
    },
    ...names.flatMap((name): Harm[] => [
      {
        name: `${engines[name]} is cut off from everybody`,
        do: (field, random) =>
          cut(hosts[name], undefined, random, () => isMissed(field, engines[name])),
      },
      {
        name: `a node and ${engines[name]} are cut off from each other`,
        do: async (field, random) => {
          const [node, host] = pick(field, random)
          const alone = { ...field, nodes: [node] }
          await cut(host, hosts[name], random, () => isMissed(alone, engines[name]))
        },
      },
    ]),
  ]
}

/** Until it was noticed, and for some seconds more: leases end after five, so that some cuts are longer. */
async function cut(
  host: DistantHost,
  from: DistantHost | undefined,
  random: Random,
  isNoticed: () => Promise<void>,
): Promise<void> {
  host.cut(from)
  try {
    await isNoticed()
    await sleep(random.next() * 8000)
  } finally {
    host.join(from)
  }
}
