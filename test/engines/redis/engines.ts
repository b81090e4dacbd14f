import { after, before } from 'node:test'
import { RedisBroker } from '../../../src/server/engines/redis/redis-broker.ts'
import { RedisLeases } from '../../../src/server/engines/redis/redis-leases.ts'
import { brokerConformance } from '../../conformance/broker.conformance.ts'
import { leasesConformance, nodesShareLeases } from '../../conformance/leases.conformance.ts'
import { logHolesConformance } from '../../conformance/log-holes.conformance.ts'
import { logConformance } from '../../conformance/log.conformance.ts'
import { nodesHearEachOther } from '../../conformance/nodes.conformance.ts'
import type { TestRedis } from '../../support/redis.ts'
import { openLogNode } from './log-rig.ts'
import { openNode, withNode, type Node } from './nodes.ts'

/** A Redis that the tests of a file share. */
export interface Shared extends AsyncDisposable {
  readonly url: string
  readonly masters: readonly TestRedis[]
}

/** What holds for every engine on Redis; rules about one node share its connection, as it takes longest. */
export function redisEngines(name: string, start: () => Promise<Shared>): void {
  let server: Shared
  let own: Node
  before(async () => {
    server = await start()
    own = openNode(server.url)
  })
  after(async () => {
    await own[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })
  const shared = (): Node => ({ ...own, [Symbol.asyncDispose]: () => Promise.resolve() })
  const another = (): Node => openNode(server.url)

  const broker = (node: Node): Promise<RedisBroker> =>
    Promise.resolve(withNode(node, new RedisBroker(node.bus)))
  brokerConformance(name, () => broker(shared()))
  nodesHearEachOther(name, () => broker(another()))

  const leases = (node: Node, leaseMs: number): Promise<RedisLeases> =>
    Promise.resolve(withNode(node, new RedisLeases({ ...node, leaseMs, syncMs: 500 })))
  leasesConformance(name, (leaseMs) => leases(shared(), leaseMs))
  nodesShareLeases(name, (leaseMs) => leases(another(), leaseMs))

  const log = (now: () => number): ReturnType<Parameters<typeof logConformance>[1]> => {
    for (const master of server.masters) master.cli('FLUSHALL')
    const node = openLogNode(shared(), { now, archiveEveryMs: 10 })
    return Promise.resolve(withNode(node, node.log))
  }
  logConformance(name, log)
  logHolesConformance(name, log)
}
