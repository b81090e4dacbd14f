import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { openRequest } from '../../support/feed.ts'
import { at, cue, draft, end, lines, run } from './events.ts'
import { TestChannel, type Subject } from './peer.ts'
import type { FeedRule } from './rule.ts'

/** Requests that stay open: lines go up and come down as they are. */
export const openRules: readonly FeedRule[] = [
  {
    name: 'both stay open: the welcome comes before any line, an ack after each commit',
    way: 'stream',
    check: async (channel: TestChannel): Promise<void> => {
      const feed = await channel.open()
      for (let seq = 1; seq < 6; seq++) {
        feed.send(seq === 1 ? run(1) : cue(seq))
        await feed.ack(seq)
        assert.deepEqual(await channel.texts(), lines(2, seq))
      }
      await feed.end()
    },
  },
  {
    name: 'either side answers a ping with a pong, with its time and the server’s',
    way: 'stream',
    check: async (channel: TestChannel): Promise<void> => {
      const feed = await channel.open()
      feed.send({ type: 'ping', at: at(0) })
      const pong = await feed.wait((line) => line.type === 'pong')
      assert.equal(pong.at, at(0))
      assert.ok(Math.abs(Date.parse(pong.now ?? '') - Date.now()) < 86_400_000, pong.now)
      await feed.end()
    },
  },
  {
    name: 'a newer request of the same producer takes over; the older one ends with fenced and stores nothing more',
    way: 'stream',
    check: async (channel: TestChannel): Promise<void> => {
      const producer = randomUUID()
      const older = await channel.open(producer)
      older.send(run(1), cue(2))
      await older.ack(2)
      const newer = await channel.open(producer)
      await older.problem('fenced')
      older.send(cue(3, 3, 'TOO LATE'))
      newer.send(cue(3))
      await newer.ack(3)
      assert.deepEqual(await channel.texts(), lines(2, 3))
      await newer.end()
    },
  },
  {
    name: 'another producer is refused while one is connected, and let in after its end',
    way: 'stream',
    check: async (channel: TestChannel): Promise<void> => {
      const feed = await channel.open()
      feed.send(run(1))
      await feed.ack(1)
      assert.equal((await channel.post([run(1)])).status, 409)
      feed.send(end(2))
      await feed.ack(2)
      assert.equal((await channel.post([run(1)])).stored, 1)
      await feed.end()
    },
  },
  {
    name: 'a request that is cut in the middle of a line has stored the lines before it',
    way: 'stream',
    check: async (channel: TestChannel): Promise<void> => {
      const producer = randomUUID()
      const feed = await channel.open(producer)
      feed.send(run(1), cue(2))
      feed.request.write(JSON.stringify(cue(3)).slice(0, 40))
      await feed.ack(2)
      feed.request.destroy()
      const again = await channel.post([cue(3)], producer)
      assert.equal(again.lines[0]?.type === 'welcome' && again.lines[0].received, 2)
      assert.deepEqual(await channel.texts(), lines(2, 3))
    },
  },
  {
    name: 'a body that ends before its Content-Length is not taken for whole',
    way: 'stream',
    check: async (channel: TestChannel): Promise<void> => {
      const producer = randomUUID()
      const body = [run(1), cue(2), cue(3)].map((event) => JSON.stringify(event)).join('\n')
      const request = openRequest(channel.subject, `/channels/${channel.id}/feed`, 'POST', {
        ...{ authorization: `Bearer ${channel.token}`, 'ccr-producer': producer },
        'content-length': Buffer.byteLength(body),
      })
      request.on('error', () => undefined)
      const welcomed = once(request, 'response')
      request.write(body.slice(0, -10))
      await welcomed
      for (let n = 0; n < 50 && (await channel.texts()).length === 0; n++) await wait(100)
      request.destroy()
      await wait(300)
      assert.deepEqual(await channel.texts(), ['LINE 2'])
      assert.equal((await channel.post([cue(3)], producer)).stored, 3)
      assert.deepEqual(await channel.texts(), lines(2, 3))
    },
  },
  {
    name: 'lines may come byte by byte, cut anywhere, also inside a character',
    way: 'stream',
    check: async (channel: TestChannel): Promise<void> => {
      const feed = await channel.open()
      const text = `${JSON.stringify(run(1))}\n${JSON.stringify(cue(2, 2, 'ÑANDÚ 🙂'))}\n`
      for (const byte of Buffer.from(text)) {
        feed.request.write(Buffer.of(byte))
        await new Promise((resolve) => setImmediate(resolve))
      }
      await feed.ack(2)
      assert.deepEqual(await channel.texts(), ['ÑANDÚ 🙂'])
      await feed.end()
    },
  },
  {
    name: 'a body that trickles holds up no other feed, and what came whole of it is stored',
    way: 'stream',
    check: async (channel: TestChannel, subject: Subject): Promise<void> => {
      const slow = await Promise.all(
        Array.from({ length: 10 }, async () => {
          const other = await TestChannel.make(subject)
          return { other, feed: await other.open() }
        }),
      )
      const bytes = Buffer.from(`${JSON.stringify(run(1))}\n${JSON.stringify(cue(2))}\n`)
      const trickling = (async () => {
        for (let n = 0; n < bytes.length; n++) {
          for (const { feed } of slow) feed.request.write(bytes.subarray(n, n + 1))
          await wait(10)
        }
      })()
      const begun = Date.now()
      assert.equal((await channel.post([run(1), cue(2)])).stored, 2)
      assert.ok(Date.now() - begun < 5000, 'a feed beside slow ones is stored at once')
      await trickling
      await Promise.all(slow.map(({ feed }) => feed.ack(2)))
      for (const { other, feed } of slow) {
        await feed.end()
        await other.remove()
      }
    },
  },
  {
    name: 'a draft is no event: it moves no number and the next cue is the expected one',
    way: 'stream',
    check: async (channel: TestChannel): Promise<void> => {
      const feed = await channel.open()
      feed.send(run(1))
      for (let n = 1; n < 50; n++) feed.send(draft(2, 'LINE 2'.slice(0, 1 + (n % 6))))
      feed.send(cue(2))
      await feed.ack(2)
      assert.deepEqual(
        feed.lines.filter(({ type }) => type === 'warn' || type === 'problem'),
        [],
      )
      assert.deepEqual(await channel.texts(), ['LINE 2'])
      await feed.end()
    },
  },
  {
    name: 'bye asks to come back after that time; what was sent before it is stored, and the next server goes on',
    way: 'stream',
    needsDrain: true,
    check: async (channel: TestChannel, { drain }: Subject): Promise<void> => {
      assert.ok(drain !== undefined)
      const producer = randomUUID()
      const feed = await channel.open(producer)
      feed.send(run(1), cue(2))
      const back = drain()
      const bye = await feed.wait((line) => line.type === 'bye')
      assert.ok(bye.after > 0)
      await feed.closed
      await back
      const again = await channel.post([run(1), cue(2), cue(3)], producer)
      assert.equal(again.stored, 3)
      assert.deepEqual(await channel.texts(), lines(2, 3))
    },
  },
]
