import { after, before, describe } from 'node:test'
import { RedisBroker } from '../../../src/server/engines/redis-broker.ts'
import { RedisLeases } from '../../../src/server/engines/redis-leases.ts'
import { brokerConformance } from '../../conformance/broker.conformance.ts'
import { leasesConformance, nodesShareLeases } from '../../conformance/leases.conformance.ts'
import { nodesHearEachOther } from '../../conformance/nodes.conformance.ts'
import { startRedisCluster, withoutRedis, type TestRedisCluster } from '../../support/redis.ts'
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
})
