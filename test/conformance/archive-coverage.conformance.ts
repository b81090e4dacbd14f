import assert from 'node:assert/strict'
import { clipSpans, lengthOfSpans } from '../../src/protocol/time/time-spans.ts'
import type { Archive } from '../../src/server/ports/archive.ts'
import {
  Feeder,
  airingEvent,
  at,
  binEvent,
  cueEvent,
  gapEvent,
  noonMs,
  runEvent,
} from './events.ts'
import type { RuleEverywhere, Storage } from './storage.ts'
import type { Rule } from './support.ts'

const day = 86_400

/** When a channel was monitored, and how much was said. */
export function coverageRules(rule: Rule<Storage>, everywhere: RuleEverywhere): void {
  everywhere(
    'covers each run from its start to the latest time it spoke of, without the gaps',
    (feeder) =>
      feeder.store(
        runEvent(1, { startedAt: at(-40 * day) }),
        cueEvent(2, 1, -40 * day + 100),
        runEvent(3, { run: 'run-2', startedAt: at(0) }),
        binEvent(4, 300, { run: 'run-2' }),
        gapEvent(5, 'a', 50, 60),
        gapEvent(6, 'b', 55, 80),
        gapEvent(7, 'withdrawn', 100, 100),
        gapEvent(8, 'open', 250, null),
        runEvent(9, { run: 'run-3', startedAt: at(200) }),
        cueEvent(10, 1, 270, { run: 'run-3' }),
      ),
    async (archive) => {
      assert.deepEqual(await covered(archive, null, null), [
        [-40 * day, -40 * day + 101],
        [0, 50],
        [80, 250],
      ])
      assert.deepEqual(await covered(archive, 10, 90), [
        [10, 50],
        [80, 90],
      ])
      assert.deepEqual(await covered(archive, -day, 0), [])
      assert.deepEqual(await covered(archive, 300, null), [])
      assert.deepEqual(await archive.coverage('sport', { from: null, to: null }), [])
      assert.deepEqual(await archive.monitored(['sport'], { from: null, to: null }, [0, 1]), [0])
    },
  )

  everywhere(
    'covers a recording, and by its decoding again nothing more',
    (feeder) =>
      feeder.store(
        runEvent(1, { live: false, startedAt: at(10) }),
        cueEvent(2, 1, 20),
        runEvent(3, { run: 'again', of: 'run-1', revision: 2, live: false, startedAt: at(10) }),
        cueEvent(4, 1, 20, { run: 'again', text: 'ONE TWO' }),
        airingEvent(5, 'long', 0, 1000),
      ),
    async (archive) => {
      assert.deepEqual(await covered(archive, null, null), [[10, 21]])
      const all = { from: null, to: null }
      assert.deepEqual(await archive.tally('news', all, null), { cues: 1, words: 2 })
    },
  )

  everywhere(
    'counts cues and words of a range and of tracks',
    (feeder) =>
      feeder.store(
        cueEvent(1, 1, -40 * day, { text: 'BEFORE' }),
        cueEvent(2, 2, 0, { text: ">> IT'S 10 O’CLOCK,\n¿QUÉ TAL?" }),
        cueEvent(3, 3, 59, { text: '♪' }),
        cueEvent(4, 1, 30, { track: 'CC3', text: 'HOLA' }),
        cueEvent(5, 4, 60, { text: 'AFTER' }),
      ),
    async (archive) => {
      const minute = { from: at(0), to: at(60) }
      assert.deepEqual(await archive.tally('news', minute, null), { cues: 3, words: 6 })
      assert.deepEqual(await archive.tally('news', minute, ['CC3']), { cues: 1, words: 1 })
      assert.deepEqual(await archive.tally('sport', minute, null), { cues: 0, words: 0 })
    },
  )

  rule('covers what is stored as soon as it is acknowledged', async ({ log, archive, settle }) => {
    const feeder = await Feeder.connect(log)
    await feeder.store(runEvent(1))
    for (let n = 2; n < 8; n++) {
      await feeder.store(binEvent(n, n))
      assert.deepEqual(await covered(archive, null, null), [[0, n]])
      if (n % 3 === 0) await settle()
    }
  })
}

/** Seconds after noon; what is counted by minute is as much. */
async function covered(
  archive: Archive,
  from: number | null,
  to: number | null,
): Promise<[number, number][]> {
  const range = { from: from === null ? null : at(from), to: to === null ? null : at(to) }
  const spans = await archive.coverage('news', range)
  const edges = Array.from({ length: 241 }, (_, n) => noonMs + (n - 120) * 60_000)
  const minutes = await archive.monitored(['news', 'sport'], range, edges)
  const [first = 0, last = 0] = [edges[0], edges.at(-1)]
  const within = clipSpans(spans, { fromMs: first, toMs: last })
  const counted = minutes.reduce((sum, count) => sum + count, 0)
  assert.ok(Math.abs(counted - lengthOfSpans(within) / 60_000) < 1e-6, `${counted} minutes`)
  assert.ok(minutes.every((count) => count >= 0 && count <= 1))
  return spans.map(({ fromMs, toMs }) => [(fromMs - noonMs) / 1000, (toMs - noonMs) / 1000])
}
