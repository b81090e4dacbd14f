import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { maxLineBytes } from '../../../src/protocol/events.ts'
import { cue, draft, lines, run } from './events.ts'
import type { TestChannel } from './peer.ts'
import type { FeedRule } from './rule.ts'

/** What each line does: numbers, holes, bad lines, limits. */
export const lineRules: readonly FeedRule[] = [
  {
    name: 'the client sends from R + 1, and the run that was announced before goes on',
    way: 'bodies',
    check: async (channel: TestChannel): Promise<void> => {
      const producer = randomUUID()
      await channel.post([run(1), cue(2)], producer)
      assert.equal((await channel.post([cue(3)], producer)).stored, 3)
      const cues = await channel.cues()
      assert.deepEqual(
        cues.map(({ text, language }) => [text, language]),
        [
          ['LINE 2', 'en'],
          ['LINE 3', 'en'],
        ],
      )
    },
  },
  {
    name: 'a number at or below received is passed over in silence, across bodies',
    way: 'bodies',
    check: async (channel: TestChannel): Promise<void> => {
      const producer = randomUUID()
      await channel.post([run(1), cue(2), cue(3)], producer)
      const again = await channel.post([run(1), cue(2), cue(3, 3, 'OTHER'), cue(4)], producer)
      assert.equal(again.stored, 4)
      assert.deepEqual(quiet(again.lines), [])
      assert.deepEqual(await channel.texts(), lines(2, 4))
    },
  },
  {
    name: 'a number at or below received is passed over in silence, inside a body',
    way: 'bodies',
    check: async (channel: TestChannel): Promise<void> => {
      // Cues of new ids under old numbers: their identity does not tell that they were sent already.
      const other = cue(2, 77, 'SENT UNDER AN OLD NUMBER')
      const answer = await channel.post([
        run(1),
        cue(2),
        other,
        run(1),
        cue(2),
        cue(3),
        cue(3),
        cue(4),
      ])
      assert.equal(answer.stored, 4)
      assert.deepEqual(quiet(answer.lines), [])
      assert.deepEqual(await channel.texts(), lines(2, 4))
    },
  },
  {
    name: 'a hole is sequence-gap: what came before it is stored, and nothing after it',
    way: 'bodies',
    check: async (channel: TestChannel): Promise<void> => {
      const producer = randomUUID()
      const answer = await channel.post([run(1), cue(2), cue(5), cue(6)], producer)
      assert.equal(answer.problem, 'sequence-gap')
      assert.equal(answer.lines.at(-1)?.type, 'problem')
      assert.deepEqual(await channel.texts(), ['LINE 2'])
      assert.equal((await channel.post([cue(3)], producer)).stored, 3)
    },
  },
  {
    name: 'events that are reordered between bodies are a hole, and all are stored once when they come in order',
    way: 'bodies',
    check: async (channel: TestChannel): Promise<void> => {
      const producer = randomUUID()
      assert.equal((await channel.post([run(1), cue(2)], producer)).stored, 2)
      assert.equal((await channel.post([cue(5), cue(6)], producer)).problem, 'sequence-gap')
      assert.equal((await channel.post([cue(3), cue(4)], producer)).stored, 4)
      assert.equal((await channel.post([cue(5), cue(6)], producer)).stored, 6)
      assert.deepEqual(await channel.texts(), lines(2, 6))
    },
  },
  {
    name: 'an invalid event with the expected seq uses the number up, and is named in a warn',
    way: 'bodies',
    check: async (channel: TestChannel): Promise<void> => {
      const bad = { ...cue(2), start: 'yesterday' }
      const answer = await channel.post([run(1), bad, { seq: 3, type: 'zebra' }, cue(4)])
      assert.equal(answer.stored, 4)
      assert.deepEqual(
        answer.lines.flatMap((line) => (line.type === 'warn' ? [line.seq] : [])),
        [2, 3],
      )
      assert.deepEqual(await channel.texts(), ['LINE 4'])
    },
  },
  {
    name: 'a hole no longer than the run of unreadable lines just before it is used up likewise',
    way: 'bodies',
    check: async (channel: TestChannel): Promise<void> => {
      const answer = await channel.post([run(1), '{"seq":2,"type":"cu', '!!!', cue(4)])
      assert.equal(answer.stored, 4)
      assert.deepEqual(await channel.texts(), ['LINE 4'])
    },
  },
  {
    name: 'any other hole is sequence-gap, also after unreadable lines',
    way: 'bodies',
    check: async (channel: TestChannel): Promise<void> => {
      const answer = await channel.post([run(1), cue(2), '???', cue(5)])
      assert.equal(answer.problem, 'sequence-gap')
      assert.deepEqual(await channel.texts(), ['LINE 2'])
    },
  },
  {
    name: 'skip stands for numbers that no longer exist, and a gap is stored for them',
    way: 'bodies',
    check: async (channel: TestChannel): Promise<void> => {
      const skip = { seq: 3, type: 'skip', to: 90, reason: 'spool-overflow' }
      const producer = randomUUID()
      assert.equal((await channel.post([run(1), cue(2), skip], producer)).stored, 90)
      assert.equal((await channel.post([cue(91)], producer)).stored, 91)
      const [gap, ...others] = await channel.gaps()
      assert.equal(others.length, 0)
      assert.equal(gap?.reason, 'spool-overflow')
      assert.ok(gap.to !== null, 'the next time that is known ends it')
    },
  },
  {
    name: 'a draft has no number and is never stored',
    way: 'bodies',
    check: async (channel: TestChannel): Promise<void> => {
      const answer = await channel.post([run(1), draft(2, 'LIN'), cue(2), draft(3, 'MO')])
      assert.equal(answer.stored, 2)
      assert.deepEqual(await channel.texts(), ['LINE 2'])
    },
  },
  {
    name: 'what a producer tells of itself moves no number; a server that accepts it says nothing, and names a wrong one',
    way: 'bodies',
    check: async (channel: TestChannel): Promise<void> => {
      const told = { type: 'status', client: 'test 1', trouble: null, unacked: 1 }
      const wrong = { type: 'status', client: 'test 1', unacked: -1 }
      const answer = await channel.post([run(1), told, cue(2), wrong, cue(3)])
      assert.equal(answer.stored, 3)
      assert.deepEqual(await channel.texts(), lines(2, 3))
      const [welcome] = answer.lines
      if (welcome?.type !== 'welcome' || welcome.accepts?.includes('status') !== true) return
      assert.deepEqual(quiet(answer.lines), ['warn'])
    },
  },
  {
    name: 'a line of 1 MiB is taken, and a longer one ends the request with line-too-long',
    way: 'bodies',
    check: async (channel: TestChannel): Promise<void> => {
      const producer = randomUUID()
      const base = JSON.stringify({ ...cue(2), extra: '' })
      const longest = JSON.stringify({ ...cue(2), extra: 'x'.repeat(maxLineBytes - base.length) })
      assert.equal((await channel.post([run(1), longest, cue(3)], producer)).stored, 3)
      const answer = await channel.post([cue(4), 'x'.repeat(maxLineBytes + 1), cue(5)], producer)
      assert.equal(answer.problem, 'line-too-long')
      assert.deepEqual(await channel.texts(), lines(2, 4))
    },
  },
  {
    name: 'text is UTF-8: what was sent is what is read',
    way: 'bodies',
    check: async (channel: TestChannel): Promise<void> => {
      const text = '♪ ¿ÑANDÚ, Été? “字幕” 🙂\n>> YES'
      assert.equal((await channel.post([run(1), cue(2, 2, text)])).stored, 2)
      assert.deepEqual(await channel.texts(), [text])
    },
  },
]

/** Lines that say that something was wrong. */
function quiet(answered: readonly { readonly type: string }[]): string[] {
  return answered.map(({ type }) => type).filter((type) => type === 'warn' || type === 'problem')
}
