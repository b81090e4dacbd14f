import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
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
    let cutOff: 0 | 1 | undefined
    const open = ({ log }: typeof one, n: 0 | 1): LogArchiver =>
      new LogArchiver({
        ...{ source: log, logger: silent, everyMs: 60, now: Date.now },
        keeper: {
          load: (...args) => keeper.load(...args),
          renew: (...args) => keeper.renew(...args),
          keep: (...args) =>
            cutOff === n
              ? Promise.reject(new CcrError('storage-unavailable'))
              : keeper.keep(...args),
        },
      })
    await using first = open(one, 0)
    await using second = open(two, 1)
    first.start()
    second.start()
    const feeder = await Feeder.connect(one.log)
    let seq = 1
    const say = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n++) {
        const id = seq++
        await feeder.send(cueEvent(id, id, id))
        await sleep(2)
      }
      await until('all is archived', () => keeper.of('news').entries.length === seq - 1)
    }
    await say(300)
    assert.equal(first.moved + second.moved, seq - 1, 'none was taken by both')
    for (const n of [0, 1] as const) {
      cutOff = n
      await say(100)
    }
    assert.ok(first.moved > 0 && second.moved > 0)
  })
})
