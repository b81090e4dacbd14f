import { after, before, describe } from 'node:test'
import { RedisLog } from '../../../src/server/engines/redis/redis-log.ts'
import type { Log } from '../../../src/server/ports/log.ts'
import { archiveConformance } from '../../conformance/archive.conformance.ts'
import { startPostgres, withoutPostgres, type TestPostgres } from '../../support/database.ts'
import { startRedis, withoutRedis, type TestRedis } from '../../support/redis.ts'
import { emptyArchive, openArchive, type ArchiveRig } from '../postgres/archive-rig.ts'
import { drain } from './memory-keeper.ts'
import { openNode } from './nodes.ts'

describe(
  'the log in Redis over the archive in PostgreSQL',
  { skip: withoutRedis || withoutPostgres },
  () => {
    let redis: TestRedis
    let postgres: TestPostgres
    let url: string
    before(async () => {
      redis = await startRedis()
      postgres = await startPostgres()
      url = await postgres.newDatabase()
    })
    after(async () => {
      await postgres[Symbol.asyncDispose]()
      await redis[Symbol.asyncDispose]()
    })

    // What is asked of one that answers at once, of a log that is emptied into its archive after every append.
    archiveConformance('redis and postgres', async () => {
      redis.cli('FLUSHALL')
      const node = openNode(redis.url)
      const forgetter: { log?: RedisLog } = {}
      const forgetLog = async (channel: string, beforeMs: number): Promise<void> =>
        forgetter.log?.forget(channel, beforeMs)
      const rig = await openArchive(url, { forgetLog })
      await emptyArchive(rig)
      const log = new RedisLog({ ...node, keeper: rig.keeper })
      forgetter.log = log
      return {
        ...rig,
        log: emptied(log, rig),
        [Symbol.asyncDispose]: async () => {
          await log[Symbol.asyncDispose]()
          await node[Symbol.asyncDispose]()
          await rig[Symbol.asyncDispose]()
        },
      }
    })
  },
)

function emptied(log: RedisLog, { keeper }: ArchiveRig): Log {
  return {
    append: async (batch) => {
      const result = await log.append(batch)
      await drain(log, keeper)
      return result
    },
    fence: (channel) => log.fence(channel),
    producer: (channel, producer) => log.producer(channel, producer),
    monitoring: (channel) => log.monitoring(channel),
    read: (channel, since, limit) => log.read(channel, since, limit),
    tip: (channel) => log.tip(channel),
    onStored: (listener, signal) => log.onStored(listener, signal),
    [Symbol.asyncDispose]: () => log[Symbol.asyncDispose](),
  }
}
