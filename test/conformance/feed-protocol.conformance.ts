import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it } from 'node:test'
import type { Cue } from '../../src/protocol/api.ts'
import { Feed } from '../support/feed.ts'

/** What the suite needs to know of a server: where it is, and how to get a fresh channel with a token. */
export interface FeedServer {
  readonly url: string
  channel(): Promise<{ readonly id: string; readonly token: string }>
}

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString()

function run(seq: number): object {
  return {
    ...{ seq, type: 'run', run: 'r1', startedAt: at(0), live: false, source: 'test' },
    ...{ extractor: 'test', decoder: 'test', tracks: [{ track: 'CC1', language: 'en' }] },
  }
}

function cue(seq: number, id = seq, text = `LINE ${id}`): object {
  return {
    ...{ seq, type: 'cue', run: 'r1', track: 'CC1', id, start: at(id), end: at(id + 1) },
    ...{ mode: 'roll-up', text },
  }
}

/** The feed protocol of docs/protocol.md, black box: whatever stands at the address must pass. */
export function feedProtocolConformance(name: string, server: FeedServer): void {
  describe(`feed protocol: ${name}`, { concurrency: 4 }, () => {
    async function open(
      producer: string = randomUUID(),
    ): Promise<{ feed: Feed; id: string; token: string; producer: string }> {
      const { id, token } = await server.channel()
      const feed = reopen(id, token, producer)
      await feed.wait((line) => line.type === 'welcome')
      return { feed, id, token, producer }
    }
    function reopen(id: string, token: string, producer: string): Feed {
      return new Feed(server, id, { authorization: `Bearer ${token}`, 'ccr-producer': producer })
    }
    async function texts(id: string): Promise<string[]> {
      const answer = await fetch(new URL(`/api/v1/channels/${id}/cues?order=oldest`, server.url))
      return ((await answer.json()) as { items: Cue[] }).items.map(({ text }) => text)
    }
    async function post(
      id: string,
      token: string,
      body: string,
      producer = randomUUID(),
    ): Promise<Response> {
      return fetch(new URL(`/api/v1/channels/${id}/feed`, server.url), {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'ccr-producer': producer },
        body,
      })
    }

    it('welcomes a new producer at nothing received, and acknowledges what is stored', async () => {
      const { feed, id } = await open()
      const [welcome] = feed.lines
      assert.ok(welcome?.type === 'welcome')
      assert.deepEqual([welcome.received, welcome.stored], [0, 0])
      assert.match(welcome.epoch, /^[0-9a-z]{8,26}$/)
      feed.send(run(1), cue(2))
      await feed.ack(2)
      assert.deepEqual(await texts(id), ['LINE 2'])
      await feed.end()
    })

    it('resumes after what it received, and passes over what is sent again', async () => {
      const { feed, id, token, producer } = await open()
      feed.send(run(1), cue(2), cue(3))
      await feed.ack(3)
      feed.request.destroy()
      const second = reopen(id, token, producer)
      const welcome = await second.wait((line) => line.type === 'welcome')
      assert.equal(welcome.received, 3)
      second.send(cue(2), cue(3), cue(4))
      await second.ack(4)
      assert.deepEqual(await texts(id), ['LINE 2', 'LINE 3', 'LINE 4'])
      await second.end()
    })

    it('takes a finite body, whatever its type is called, and answers 200 with its last acknowledgement', async () => {
      const { id, token } = await server.channel()
      const body = [run(1), cue(2), cue(3)].map((event) => JSON.stringify(event)).join('\n')
      const answer = await post(id, token, body)
      assert.equal(answer.status, 200)
      const lines = (await answer.text()).trim().split('\n')
      assert.deepEqual(JSON.parse(lines.at(-1) ?? ''), { type: 'ack', received: 3, stored: 3 })
    })

    it('takes a body that comes byte by byte', async () => {
      const { feed, id } = await open()
      for (const byte of Buffer.from(
        `${JSON.stringify(run(1))}\n${JSON.stringify(cue(2, 2, 'ÑANDÚ'))}\n`,
      ))
        feed.request.write(Buffer.of(byte))
      await feed.ack(2)
      assert.deepEqual(await texts(id), ['ÑANDÚ'])
      await feed.end()
    })

    it('keeps an invalid line with the expected number as a reject, names it, and goes on', async () => {
      const { feed, id } = await open()
      feed.send(run(1), { ...cue(2), start: 'yesterday' }, cue(3))
      const warn = await feed.wait((line) => line.type === 'warn')
      assert.equal(warn.seq, 2)
      await feed.ack(3)
      assert.deepEqual(await texts(id), ['LINE 3'])
      await feed.end()
    })

    it('consumes a hole no longer than the unparsable lines before it', async () => {
      const { feed, id } = await open()
      feed.send(run(1), '{"seq":2,"type":"cu', '!!!', cue(4))
      await feed.ack(4)
      assert.deepEqual(await texts(id), ['LINE 4'])
      await feed.end()
    })

    it('ends at any other hole, with what came before it stored', async () => {
      const { feed, id } = await open()
      feed.send(run(1), cue(2), '???', cue(5))
      await feed.problem('sequence-gap')
      await feed.closed
      assert.deepEqual(await texts(id), ['LINE 2'])
    })

    it('ends at a line over 1 MiB without holding it', async () => {
      const { feed } = await open()
      feed.send(run(1), 'x'.repeat(1024 * 1024 + 1))
      await feed.problem('line-too-long')
    })

    it('advances past a skip and tells readers of the gap', async () => {
      const { feed, id } = await open()
      feed.send(run(1), { seq: 2, type: 'skip', to: 90, reason: 'spool-overflow' }, cue(91))
      await feed.ack(91)
      await feed.end()
      const answer = await fetch(new URL(`/api/v1/channels/${id}/gaps`, server.url))
      const { items } = (await answer.json()) as { items: { reason: string }[] }
      assert.deepEqual(
        items.map(({ reason }) => reason),
        ['spool-overflow'],
      )
    })

    it('never stores a draft', async () => {
      const { feed, id } = await open()
      const draft = {
        type: 'draft',
        run: 'r1',
        track: 'CC1',
        id: 1,
        start: at(1),
        mode: 'roll-up',
        text: 'LIN',
      }
      feed.send(run(1), draft, cue(2, 1))
      await feed.ack(2)
      assert.deepEqual(await texts(id), ['LINE 1'])
      await feed.end()
    })

    it('answers a ping, and fences an older connection of the same producer', async () => {
      const { feed, id, token, producer } = await open()
      feed.send({ type: 'ping', at: at(0) })
      await feed.wait((line) => line.type === 'pong')
      const newer = reopen(id, token, producer)
      await newer.wait((line) => line.type === 'welcome')
      await feed.problem('fenced')
      newer.send(run(1))
      await newer.ack(1)
      await newer.end()
    })

    it('tells another producer that the channel is busy, until the first says end', async () => {
      const { feed, id, token } = await open()
      feed.send(run(1))
      await feed.ack(1)
      const busy = reopen(id, token, randomUUID())
      assert.equal(await busy.status, 409)
      feed.send({ seq: 2, type: 'end', run: 'r1', at: at(9) })
      await feed.ack(2)
      await feed.end()
      const next = reopen(id, token, randomUUID())
      assert.equal(await next.status, 200)
      await next.end()
    })

    it('refuses a missing or wrong token, a missing producer, an unknown channel and a token of another channel', async () => {
      const { id, token } = await server.channel()
      const other = await server.channel()
      const producer = randomUUID()
      const status = async (channel: string, headers: Record<string, string>): Promise<number> => {
        const feed = new Feed(server, channel, headers)
        const answered = await feed.status
        feed.request.destroy()
        return answered
      }
      assert.equal(await status(id, { 'ccr-producer': producer }), 401)
      assert.equal(
        await status(id, { authorization: 'Bearer nonsense', 'ccr-producer': producer }),
        401,
      )
      assert.equal(await status(id, { authorization: `Bearer ${token}` }), 400)
      assert.equal(
        await status('no-such-channel', {
          authorization: `Bearer ${token}`,
          'ccr-producer': producer,
        }),
        404,
      )
      assert.equal(
        await status(id, { authorization: `Bearer ${other.token}`, 'ccr-producer': producer }),
        403,
      )
    })

    it('stores a cue once when another producer sends the same run again', async () => {
      const { id, token } = await server.channel()
      const lines = (from: number): string =>
        [run(1), cue(2, 1), cue(3, 2), cue(4, from)]
          .map((event) => JSON.stringify(event))
          .join('\n')
      const end = `\n${JSON.stringify({ seq: 5, type: 'end', run: 'r1', at: at(9) })}`
      for (const body of [lines(3) + end, lines(4)])
        assert.match(await (await post(id, token, body)).text(), /"type":"ack"/)
      assert.deepEqual(await texts(id), ['LINE 1', 'LINE 2', 'LINE 3', 'LINE 4'])
    })

    it('stores what came whole of a body that is cut in half', async () => {
      const { feed, id, token, producer } = await open()
      feed.send(run(1), cue(2))
      feed.request.write(JSON.stringify(cue(3)).slice(0, 40))
      await feed.ack(2)
      feed.request.destroy()
      const again = reopen(id, token, producer)
      const welcome = await again.wait((line) => line.type === 'welcome')
      assert.equal(welcome.received, 2)
      again.send(cue(3))
      await again.ack(3)
      assert.deepEqual(await texts(id), ['LINE 2', 'LINE 3'])
      await again.end()
    })
  })
}
