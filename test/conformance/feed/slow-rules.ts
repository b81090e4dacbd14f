import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { cue, lines, run } from './events.ts'
import type { TestChannel } from './peer.ts'
import type { FeedRule } from './rule.ts'

/** What takes half a minute. */
export const slowRules: readonly FeedRule[] = [
  {
    name: '30 s without a byte end the connection, and not less',
    way: 'stream',
    isSlow: true,
    check: async (channel: TestChannel): Promise<void> => {
      const producer = randomUUID()
      const feed = await channel.open(producer)
      feed.send(run(1), cue(2))
      await feed.ack(2)
      const begun = Date.now()
      await Promise.race([feed.closed, wait(50_000)])
      const silentMs = Date.now() - begun
      assert.ok(silentMs >= 28_000 && silentMs < 50_000, `ended after ${silentMs} ms`)
      const last = feed.lines.at(-1)
      assert.ok(last?.type === 'problem' && last.code === 'idle')
      assert.equal((await channel.post([cue(3)], producer)).stored, 3)
      assert.deepEqual(await channel.texts(), lines(2, 3))
    },
  },
  {
    name: 'a feed that only answers pings lives on',
    way: 'stream',
    isSlow: true,
    check: async (channel: TestChannel): Promise<void> => {
      const feed = await channel.open()
      let pings = 0
      const answering = setInterval(() => {
        const seen = feed.lines.filter(({ type }) => type === 'ping').length
        for (; pings < seen; pings++) feed.send({ type: 'pong', at: new Date().toISOString() })
      }, 500)
      await wait(36_000)
      clearInterval(answering)
      assert.ok(pings >= 1, 'the server has pinged')
      feed.send(run(1), cue(2))
      await feed.ack(2)
      await feed.end()
    },
  },
  {
    name: 'a lease lasts 30 s after its last byte, and then another producer is let in',
    way: 'bodies',
    isSlow: true,
    check: async (channel: TestChannel): Promise<void> => {
      assert.equal((await channel.post([run(1), cue(2)])).stored, 2)
      const begun = Date.now()
      const other = randomUUID()
      for (;;) {
        const { status } = await channel.post([run(1)], other)
        if (status === 200) break
        assert.equal(status, 409)
        assert.ok(Date.now() - begun < 45_000, 'the lease does not end')
        await wait(1000)
      }
      assert.ok(Date.now() - begun >= 27_000, `let in after ${Date.now() - begun} ms`)
    },
  },
]
