import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { CcrError } from '../../../src/protocol/codes.ts'
import { LogArchiver } from '../../../src/server/engines/log-archiver.ts'
import { cueEvent, Feeder } from '../../conformance/events.ts'
import { silent } from '../../support/alert-rig.ts'
import { until } from '../../support/processes.ts'
import { startRedis, withoutRedis, type TestRedis } from '../../support/redis.ts'
import { openLogNode } from './log-rig.ts'
import { MemoryKeeper } from './memory-keeper.ts'

describe('what is received in Redis', { skip: withoutRedis }, () => {
  let server: TestRedis
  before(async () => void (server = await startRedis()))
  after(() => server[Symbol.asyncDispose]())
  beforeEach(() => void server.cli('FLUSHALL'))

  it('leaves a channel to whoever takes it first, until its time is over or it lets go', async () => {
    await using one = openLogNode(server.url)
    await using two = openLogNode(server.url)
    assert.equal(await one.log.claim('news', 60_000), true)
    assert.equal(await one.log.claim('news', 60_000), true)
    assert.equal(await two.log.claim('news', 60_000), false)
    await two.log.release('news')
    assert.equal(await two.log.claim('news', 60_000), false, 'it was not its own')
    assert.equal(await two.log.claim('sport', 60_000), true)
    await one.log.release('news')
    assert.equal(await two.log.claim('news', 50), true)
    await until('its time is over', () => one.log.claim('news', 60_000))
  })

  it('is archived by one node of two, and by the other when that one does not reach the archive', async () => {
    const keeper = new MemoryKeeper()
    await using one = openLogNode(server.url, { keeper })
    await using two = openLogNode(server.url, { keeper })
    let isCutOff = false
    const given = [0, 0]
    const open = ({ log }: typeof one, n: 0 | 1): LogArchiver =>
      new LogArchiver({
        ...{ source: log, logger: silent, everyMs: 60_000, now: Date.now },
        keeper: {
          load: (...args) => keeper.load(...args),
          renew: (...args) => keeper.renew(...args),
          keep: (...args) => {
            given[n] = (given[n] ?? 0) + 1
            return isCutOff && n === 0
              ? Promise.reject(new CcrError('storage-unavailable'))
              : keeper.keep(...args)
          },
        },
      })
    await using first = open(one, 0)
    await using second = open(two, 1)
    const feeders = await Promise.all(
      Array.from({ length: 20 }, (_, n) => Feeder.connect(one.log, `channel-${n}`)),
    )
    const count = (): number =>
      feeders.reduce((sum, { channel }) => sum + keeper.of(channel).entries.length, 0)
    for (const feeder of feeders) await feeder.send(cueEvent(1, 1, 1))
    await Promise.all([first.pass(), second.pass()])
    assert.equal(count(), feeders.length)
    assert.equal((given[0] ?? 0) + (given[1] ?? 0), feeders.length, 'none was taken by both')

    isCutOff = true
    const [feeder] = feeders
    await feeder?.send(cueEvent(2, 2, 2))
    // It was the first one's, which comes first, and keeps it from nobody when it cannot have it.
    const mine = feeder?.channel ?? ''
    await one.log.release(mine)
    await two.log.release(mine)
    assert.equal(await one.log.claim(mine, 60_000), true)
    await first.pass()
    assert.equal(count(), feeders.length)
    await second.pass()
    assert.equal(count(), feeders.length + 1)
  })
})
