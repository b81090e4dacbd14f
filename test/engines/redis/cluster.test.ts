import { describe } from 'node:test'
import { startRedisCluster, withoutRedis } from '../../support/redis.ts'
import { redisEngines } from './engines.ts'

describe('on a cluster of Redis', { skip: withoutRedis }, () => {
  redisEngines('Redis cluster', startRedisCluster)
})
