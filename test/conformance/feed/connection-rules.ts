import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { at, cue, end, run } from './events.ts'
import { ask, TestChannel, type Subject } from './peer.ts'
import type { FeedRule } from './rule.ts'

/** Who may feed, and how requests begin and end. */
export const connectionRules: readonly FeedRule[] = [
  {
    name: 'the first line of the answer is a welcome with what the server has of this producer',
    way: 'bodies',
    check: async (channel: TestChannel): Promise<void> => {
      const producer = randomUUID()
      const first = (await channel.post([run(1), cue(2)], producer)).lines[0]
      assert.ok(first?.type === 'welcome')
      assert.deepEqual([first.producer, first.received, first.stored], [producer, 0, 0])
      assert.match(first.epoch, /^[0-9a-z]{8,26}$/)
      const again = (await channel.post([], producer)).lines[0]
      assert.ok(again?.type === 'welcome')
      assert.deepEqual([again.received, again.stored, again.epoch], [2, 2, first.epoch])
    },
  },
  {
    name: 'a request that ends is answered to its end: 200, with the last ack as its last line; any content type is taken',
    way: 'bodies',
    check: async (channel: TestChannel): Promise<void> => {
      const producer = randomUUID()
      for (const [i, type] of ['application/x-ndjson', 'text/plain', 'image/png'].entries()) {
        const events = i === 0 ? [run(1)] : [cue(i + 1)]
        const answer = await channel.post(events, producer, { 'content-type': type })
        assert.equal(answer.status, 200)
        assert.deepEqual(answer.lines.at(-1), { type: 'ack', received: i + 1, stored: i + 1 })
      }
      assert.deepEqual(await channel.texts(), ['LINE 2', 'LINE 3'])
    },
  },
  {
    name: 'a missing or wrong token is 401, a token of another channel 403, no producer 400, an unknown channel 404',
    way: 'bodies',
    check: async (channel: TestChannel, subject: Subject): Promise<void> => {
      const other = await TestChannel.make(subject)
      const producer = { 'ccr-producer': randomUUID() }
      const authorization = `Bearer ${channel.token}`
      const feed = `/channels/${channel.id}/feed`
      const status = async (path: string, headers: Record<string, string>): Promise<number> =>
        (await ask(subject, 'POST', path, headers, JSON.stringify(run(1)))).status
      assert.equal(await status(feed, producer), 401)
      assert.equal(await status(feed, { ...producer, authorization: 'Bearer nonsense' }), 401)
      assert.equal(await status(`/channels/${other.id}/feed`, { ...producer, authorization }), 403)
      assert.equal(await status(feed, { authorization }), 400)
      assert.equal(
        await status('/channels/no-such-channel/feed', { ...producer, authorization }),
        404,
      )
      await other.remove()
    },
  },
  {
    name: 'another producer gets 409 channel-busy with Retry-After; end frees the channel at once',
    way: 'bodies',
    check: async (channel: TestChannel): Promise<void> => {
      const first = randomUUID()
      await channel.post([run(1), cue(2)], first)
      const busy = await channel.post([run(1)])
      assert.equal(busy.status, 409)
      assert.match(busy.text, /"channel-busy"/)
      const seconds = Number(busy.headers['retry-after'])
      assert.ok(seconds >= 1 && seconds <= 30, `Retry-After: ${seconds}`)
      assert.equal((await channel.post([end(3)], first)).stored, 3)
      assert.equal((await channel.post([run(1)])).stored, 1)
    },
  },
  {
    name: 'every producer’s numbers are its own; a cue is stored once, whoever sends its run again after losing its spool',
    way: 'bodies',
    check: async (channel: TestChannel): Promise<void> => {
      const first = await channel.post([run(1), cue(2), cue(3), end(4)])
      assert.equal(first.stored, 4)
      const second = await channel.post([run(1), cue(2), cue(3), cue(4), cue(5), end(6)])
      assert.equal(second.lines[0]?.type === 'welcome' && second.lines[0].received, 0)
      assert.equal(second.stored, 6)
      assert.deepEqual(await channel.texts(), ['LINE 2', 'LINE 3', 'LINE 4', 'LINE 5'])
    },
  },
  {
    name: 'Ccr-Received ahead of the server: the welcome says what it has, and a skip goes on from there',
    way: 'bodies',
    check: async (channel: TestChannel): Promise<void> => {
      const producer = randomUUID()
      const ahead = { 'ccr-received': '50' }
      const [welcome] = (await channel.post([], producer, ahead)).lines
      assert.ok(welcome?.type === 'welcome' && welcome.received === 0)
      const skip = { seq: 1, type: 'skip', to: 50, reason: 'server-restored' }
      const answer = await channel.post([skip, run(51), cue(52)], producer, ahead)
      assert.equal(answer.stored, 52)
      assert.deepEqual(await channel.texts(), ['LINE 52'])
    },
  },
  {
    name: 'positions of one epoch are contiguous, in order of storage',
    way: 'bodies',
    check: async (channel: TestChannel): Promise<void> => {
      const producer = randomUUID()
      await channel.post([run(1), cue(2, 9), cue(3, 5)], producer)
      await channel.post([cue(4, 7), cue(5, 1)], producer)
      const stored = [...(await channel.cues())].sort((a, b) => a.position.seq - b.position.seq)
      assert.deepEqual(
        stored.map(({ id, position }) => [id, position.seq]),
        [
          [9, 1],
          [5, 2],
          [7, 3],
          [1, 4],
        ],
      )
      assert.equal(new Set(stored.map(({ position }) => position.epoch)).size, 1)
    },
  },
  {
    name: 'a later airing or gap of the same id replaces the earlier; a gap with to = from is withdrawn',
    way: 'bodies',
    check: async (channel: TestChannel): Promise<void> => {
      const gap = (seq: number, id: string, to: string | null): object => ({
        ...{ seq, type: 'gap', run: 'r1', id, from: at(0), to, reason: 'source-lost' },
      })
      const events = [
        run(1),
        gap(2, 'a', null),
        gap(3, 'b', null),
        gap(4, 'a', at(9)),
        gap(5, 'b', at(0)),
      ]
      assert.equal((await channel.post(events)).stored, 5)
      assert.deepEqual(
        (await channel.gaps()).map(({ id, to }) => [id, to]),
        [['a', at(9)]],
      )
    },
  },
]
