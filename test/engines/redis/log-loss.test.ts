import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { noonMs } from '../../conformance/events.ts'
import { createRandom } from '../../support/random.ts'
import { until } from '../../support/processes.ts'
import { startRedis, withoutRedis, type TestRedis } from '../../support/redis.ts'
import { openLogNode } from './log-rig.ts'
import { drain, MemoryKeeper } from './memory-keeper.ts'
import { mayBeAway, SpooledProducer } from './spooled-producer.ts'

const steps = 120
const seed = Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

describe('a Redis that loses what it holds', { skip: withoutRedis }, () => {
  it(`loses nothing that was stored, and no position names two things (seed ${seed})`, async () => {
    const random = createRandom(seed)
    await using server = await startRedis()
    const keeper = new MemoryKeeper()
    await using one = openLogNode(server.url, { keeper, now: () => noonMs })
    await using two = openLogNode(server.url, { keeper, now: () => noonMs })
    const nodes = [one, two]
    const tuner = new SpooledProducer(one)
    let epochs = 0
    for (let step = 0; step < steps; step++) {
      const what = random.below(40)
      if (what === 0) server.cli('FLUSHALL')
      else if (what === 1) await kill(server)
      else if (what === 2) server.cli('SAVE')
      else if (what < 8) tuner.moveTo(random.pick(nodes))
      else if (what < 16) await drain(random.pick(nodes).log, keeper).catch(mayBeAway)
      else if (what === 16) {
        // At the very moment of the appends.
        const sending = tuner.send(1 + random.below(4))
        await Promise.all([sending, random.below(2) === 0 ? kill(server) : server.cli('FLUSHALL')])
      } else await tuner.send(1 + random.below(4))
      // A node takes its time to come back, in which nothing happens: mostly it is waited for, or nothing would be lost twice.
      if (random.below(4) > 0) await tuner.isBack()
    }
    // At the end what is lost is certain to be some of what was received.
    await until('some is received that is not stored', async () => {
      await tuner.send(1)
      return tuner.received > tuner.stored && tuner.epochs.size > 0
    })
    server.cli('FLUSHALL')
    await until('all is stored', async () => {
      await tuner.send(1)
      await drain(two.log, keeper).catch(mayBeAway)
      epochs = tuner.epochs.size
      return tuner.made > 3 && tuner.stored >= tuner.made - 1
    })
    await until('and the last', async () => {
      tuner.moveTo(two)
      await tuner.send(0)
      await drain(one.log, keeper).catch(mayBeAway)
      return tuner.stored === tuner.made
    })
    assert.ok(epochs > 1, 'nothing was lost')
    assert.ok(tuner.resent > 0, 'nothing was sent again')

    tuner.check(keeper)
  })
})

/** It comes back as it was when it was saved last, or empty. */
async function kill(server: TestRedis): Promise<void> {
  await server.signal('SIGKILL')
  await server.restart()
}
