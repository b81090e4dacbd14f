import { after, before, describe } from 'node:test'
import { RedisBroker } from '../../../src/server/engines/redis-broker.ts'
import type { Log } from '../../../src/server/ports/log.ts'
import { RedisLeases } from '../../../src/server/engines/redis-leases.ts'
import { brokerConformance } from '../../conformance/broker.conformance.ts'
import { leasesConformance, nodesShareLeases } from '../../conformance/leases.conformance.ts'
import { logHolesConformance } from '../../conformance/log-holes.conformance.ts'
import { logConformance } from '../../conformance/log.conformance.ts'
import { nodesHearEachOther } from '../../conformance/nodes.conformance.ts'
import { startRedis, withoutRedis, type TestRedis } from '../../support/redis.ts'
import { openLogNode } from './log-rig.ts'
import { openNode, withNode } from './nodes.ts'

describe('on one Redis', { skip: withoutRedis }, () => {
  let server: TestRedis
  before(async () => void (server = await startRedis()))
  after(() => server[Symbol.asyncDispose]())
  const openBroker = (): Promise<RedisBroker> => {
    const node = openNode(server.url)
    return Promise.resolve(withNode(node, new RedisBroker(node.bus)))
  }
  brokerConformance('Redis', openBroker)
  nodesHearEachOther('Redis', openBroker)

  const openLeases = (leaseMs: number): Promise<RedisLeases> => {
    const node = openNode(server.url)
    return Promise.resolve(withNode(node, new RedisLeases({ ...node, leaseMs, syncMs: 200 })))
  }
  leasesConformance('Redis', openLeases)
  nodesShareLeases('Redis', openLeases)

  const openLog = (now: () => number): Promise<Log> => {
    server.cli('FLUSHALL')
    const node = openLogNode(server.url, { now, archiveEveryMs: 10 })
    const { log } = node
    return Promise.resolve(withNode(node, log))
  }
  logConformance('Redis', openLog)
  logHolesConformance('Redis', openLog)
})
