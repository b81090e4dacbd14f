import { after, before, describe } from 'node:test'
import { RedisBroker } from '../../../src/server/engines/redis-broker.ts'
import type { Log } from '../../../src/server/ports/log.ts'
import { RedisLeases } from '../../../src/server/engines/redis-leases.ts'
import { brokerConformance } from '../../conformance/broker.conformance.ts'
import { leasesConformance, nodesShareLeases } from '../../conformance/leases.conformance.ts'
import { logHolesConformance } from '../../conformance/log-holes.conformance.ts'
import { logConformance } from '../../conformance/log.conformance.ts'
import { nodesHearEachOther } from '../../conformance/nodes.conformance.ts'
import { startRedisCluster, withoutRedis, type TestRedisCluster } from '../../support/redis.ts'
import { openLogNode } from './log-rig.ts'
import { openNode, withNode } from './nodes.ts'

describe('on a cluster of Redis', { skip: withoutRedis }, () => {
  let server: TestRedisCluster
  before(async () => void (server = await startRedisCluster()))
  after(() => server[Symbol.asyncDispose]())
  const openBroker = (): Promise<RedisBroker> => {
    const node = openNode(server.url)
    return Promise.resolve(withNode(node, new RedisBroker(node.bus)))
  }
  brokerConformance('Redis cluster', openBroker)
  nodesHearEachOther('Redis cluster', openBroker)

  const openLeases = (leaseMs: number): Promise<RedisLeases> => {
    const node = openNode(server.url)
    return Promise.resolve(withNode(node, new RedisLeases({ ...node, leaseMs, syncMs: 200 })))
  }
  leasesConformance('Redis cluster', openLeases)
  nodesShareLeases('Redis cluster', openLeases)

  const openLog = (now: () => number): Promise<Log> => {
    for (const master of server.masters) master.cli('FLUSHALL')
    const node = openLogNode(server.url, { now, archiveEveryMs: 10 })
    const { log } = node
    return Promise.resolve(withNode(node, log))
  }
  logConformance('Redis cluster', openLog)
  logHolesConformance('Redis cluster', openLog)
})
