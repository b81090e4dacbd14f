import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { openRequest } from '../../support/feed.ts'
import { cue, lines, run } from './events.ts'
import type { TestChannel } from './peer.ts'
import type { FeedRule } from './rule.ts'

const events = [run(1), ...Array.from({ length: 119 }, (_, i) => cue(i + 2))]

/** Exactly once, whatever happens to requests and answers. */
export const deliveryRules: readonly FeedRule[] = [
  {
    name: 'sending again is always safe: a client that sends all above stored until all is stored is told each cue once',
    way: 'any',
    check: async (channel: TestChannel): Promise<void> => {
      const producer = randomUUID()
      let stored = 0
      for (let tries = 0; stored < events.length; tries++) {
        assert.ok(tries < 60, `only ${stored} of ${events.length} are stored`)
        try {
          // A few at a time, some of them again.
          const part = events.slice(Math.max(0, stored - 3), stored + 40)
          const answer = await channel.post(part, producer)
          const welcome = answer.lines.find((line) => line.type === 'welcome')
          stored = Math.max(stored, answer.stored ?? 0, welcome?.stored ?? 0)
        } catch {
          // Cut on the way: the next try learns what was stored.
        }
      }
      assert.deepEqual(await channel.texts(), lines(2, events.length))
    },
  },
  {
    name: 'an acknowledgement that never arrives: the next welcome tells what is stored, and nothing is stored twice',
    way: 'bodies',
    check: async (channel: TestChannel): Promise<void> => {
      const producer = randomUUID()
      for (let round = 1; round <= 5; round++) {
        await sendAndLeave(channel, producer, events.slice(0, round * 20))
        const welcome = (await channel.post([], producer)).lines[0]
        assert.ok(welcome?.type === 'welcome')
        assert.ok(welcome.received <= round * 20)
        assert.deepEqual(await channel.texts(), lines(2, welcome.stored))
      }
      assert.equal((await channel.post(events, producer)).stored, events.length)
      assert.deepEqual(await channel.texts(), lines(2, events.length))
    },
  },
  {
    name: 'what is acknowledged as stored is read at once',
    way: 'bodies',
    check: async (channel: TestChannel): Promise<void> => {
      const producer = randomUUID()
      await channel.post([run(1)], producer)
      for (let seq = 2; seq < 12; seq++) {
        assert.equal((await channel.post([cue(seq)], producer)).stored, seq)
        assert.deepEqual(await channel.texts(), lines(2, seq))
      }
    },
  },
]

/** The whole body is given away, and nobody waits for what comes of it. */
async function sendAndLeave(
  channel: TestChannel,
  producer: string,
  part: readonly object[],
): Promise<void> {
  const request = openRequest(channel.subject, `/channels/${channel.id}/feed`, 'POST', {
    authorization: `Bearer ${channel.token}`,
    'ccr-producer': producer,
  })
  request.on('error', () => undefined)
  request.end(part.map((event) => `${JSON.stringify(event)}\n`).join(''))
  await once(request, 'finish')
  await new Promise((resolve) => setTimeout(resolve, 20))
  request.destroy()
}
