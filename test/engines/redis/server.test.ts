import { describe } from 'node:test'
import { startRedis, withoutRedis } from '../../support/redis.ts'
import { redisEngines } from './engines.ts'

describe('on one Redis', { skip: withoutRedis }, () => {
  redisEngines('Redis', async () => {
    const server = await startRedis()
    return { ...server, masters: [server] }
  })
})
