import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { logKeys } from '../../../src/server/engines/redis/log/log-keys.ts'
import { noonMs } from '../../conformance/events.ts'
import { until } from '../../support/processes.ts'
import { startRedisCluster, withoutRedis } from '../../support/redis.ts'
import { openLogNode } from './log-rig.ts'
import { drain, MemoryKeeper } from './memory-keeper.ts'
import { mayBeAway, SpooledProducer } from './spooled-producer.ts'

describe('a cluster of Redis whose replica takes over', { skip: withoutRedis }, () => {
  it('loses nothing that was stored though the replica has less than was received', async () => {
    await using cluster = await startRedisCluster(1)
    const keeper = new MemoryKeeper()
    await using one = openLogNode(cluster.url, { keeper, now: () => noonMs })
    await using two = openLogNode(cluster.url, { keeper, now: () => noonMs })
    const tuner = new SpooledProducer(one)
    const key = logKeys('news').book
    const receive = async (): Promise<void> => {
      const { received } = tuner
      await until('more is received', async () => {
        await tuner.send(2)
        return tuner.received > received
      })
    }
    await receive()
    await drain(one.log, keeper)
    await receive()
    for (const isKill of [true, false]) {
      let { master, replica } = cluster.holdersOf(key)
      await until('the channel has a master and a replica', () => {
        ;({ master, replica } = cluster.holdersOf(key))
        return (
          master !== undefined && replica?.cli('info').includes('master_link_status:up') === true
        )
      })
      if (master === undefined || replica === undefined) return
      const resent = tuner.resent
      // What comes now the replica never sees.
      await replica.signal('SIGSTOP')
      await receive()
      const before = tuner.received
      if (isKill) await master.signal('SIGKILL')
      else await master.signal('SIGSTOP')
      await replica.signal('SIGCONT')
      await until(
        'the replica has taken over',
        () => replica?.cli('role').startsWith('master') === true,
      )
      if (isKill) await master.restart()
      else await master.signal('SIGCONT')
      tuner.moveTo(isKill ? two : one)
      await until('it goes on', async () => {
        await tuner.send(1)
        return tuner.received > before
      })
      assert.ok(tuner.resent > resent, 'the replica had all')
      await drain(two.log, keeper).catch(mayBeAway)
    }
    await until('all is stored', async () => {
      tuner.moveTo(one)
      await tuner.send(0)
      await drain(two.log, keeper).catch(mayBeAway)
      return tuner.stored === tuner.made
    })
    assert.ok(tuner.epochs.size > 2, 'readers were not told that the log is another')
    tuner.check(keeper)
  })
})
