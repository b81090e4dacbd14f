import assert from 'node:assert/strict'
import type { Cue } from '../../src/protocol/api.ts'
import type { Archive, CuePage, CueQuery } from '../../src/server/ports/archive.ts'
import { binRules } from './archive-bin.conformance.ts'
import { programmeRules } from './archive-programmes.conformance.ts'
import { fileRules } from './archive-file.conformance.ts'
import { coverageRules } from './archive-coverage.conformance.ts'
import { retentionRules } from './archive-retention.conformance.ts'
import { Feeder, airingEvent, at, cueEvent, gapEvent, runEvent } from './events.ts'
import type { RuleEverywhere, Storage } from './storage.ts'
import { conformance, type Skips } from './support.ts'

const everything: CueQuery = {
  channel: 'news',
  from: null,
  to: null,
  tracks: null,
  order: 'oldest',
  cursor: null,
  limit: 1000,
  run: null,
}
const always = { from: null, to: null }
const day = 86_400

export function archiveConformance(
  engine: string,
  open: () => Promise<Storage>,
  skip: Skips = {},
): void {
  conformance(`archive conformance: ${engine}`, open, skip, (rule) => {
    const everywhere: RuleEverywhere = (name, store, check) => {
      rule(name, async (storage) => {
        await store(await Feeder.connect(storage.log), storage)
        await check(storage.archive, storage)
        const settling = storage.settle()
        await check(storage.archive, storage)
        await settling
        await check(storage.archive, storage)
      })
    }

    everywhere(
      'gives back every field of a cue',
      (feeder) =>
        feeder.store(
          runEvent(1),
          airingEvent(2, 'air-1', 0, null),
          cueEvent(3, 1, 0, { mode: 'pop-on', text: '♪ Été\n>> “YES” ' }),
        ),
      async (archive, { log }) => {
        const { epoch } = await log.tip('news')
        const page = await archive.cues(everything)
        const expected: Cue = {
          channel: 'news',
          track: 'CC1',
          id: 1,
          start: at(0),
          end: at(1),
          text: '♪ Été\n>> “YES” ',
          mode: 'pop-on',
          language: 'en',
          run: 'run-1',
          position: { epoch, seq: 2 },
          airing: 'air-1',
        }
        assert.deepEqual(page, { cues: [expected], cursor: null, position: { epoch, seq: 2 } })
      },
    )

    everywhere(
      'orders by start, then track, run and id, not by storage',
      (feeder) =>
        feeder.store(
          cueEvent(1, 3, 20),
          cueEvent(2, 1, 10),
          cueEvent(3, 2, 10),
          cueEvent(4, 1, 10, { track: 'CC3' }),
          cueEvent(5, 1, 10, { run: 'run-0' }),
          cueEvent(6, 4, 5),
        ),
      async (archive) => {
        const keys = ({ cues }: CuePage): string[] =>
          cues.map(({ track, run, id }) => `${track} ${run} ${id}`)
        const oldest = keys(await archive.cues(everything))
        assert.deepEqual(oldest, [
          'CC1 run-1 4',
          'CC1 run-0 1',
          'CC1 run-1 1',
          'CC1 run-1 2',
          'CC3 run-1 1',
          'CC1 run-1 3',
        ])
        const newest = keys(await archive.cues({ ...everything, order: 'newest' }))
        assert.deepEqual(newest, oldest.toReversed())
      },
    )

    everywhere(
      'cuts by from ≤ start < to and by tracks',
      (feeder) =>
        feeder.store(
          ...[0, 10, 20, 30].map((s, n) => cueEvent(n + 1, n + 1, s)),
          cueEvent(5, 1, 15, { track: 'CC3' }),
        ),
      async (archive) => {
        const range = { ...everything, from: at(10), to: at(30) }
        assert.deepEqual(ids(await archive.cues(range)), [2, 1, 3])
        assert.deepEqual(ids(await archive.cues({ ...range, tracks: ['CC1'] })), [2, 3])
        assert.deepEqual(ids(await archive.cues({ ...range, tracks: [] })), [])
        assert.deepEqual(ids(await archive.cues({ ...everything, channel: 'sport' })), [])
      },
    )

    everywhere(
      'pages through months in both orders without a seam',
      (feeder) => feeder.store(...spread(60).map((s, n) => cueEvent(n + 1, n + 1, s))),
      async (archive) => {
        const all = ids(await archive.cues(everything))
        assert.equal(all.length, 60)
        for (const order of ['oldest', 'newest'] as const) {
          const paged = await pages(archive, { ...everything, order, limit: 7 })
          assert.deepEqual(order === 'oldest' ? paged : paged.toReversed(), all)
        }
      },
    )

    rule('keeps a cursor’s place when cues are stored before and after it', async (storage) => {
      const feeder = await Feeder.connect(storage.log)
      await feeder.store(...[10, 20, 30, 40].map((s, n) => cueEvent(n + 1, n + 1, s)))
      const query = { ...everything, order: 'newest', limit: 2 } as const
      const first = await storage.archive.cues(query)
      assert.deepEqual(ids(first), [4, 3])
      await feeder.store(cueEvent(5, 5, 50), cueEvent(6, 6, 15), cueEvent(7, 7, 35))
      await storage.settle()
      const second = await storage.archive.cues({ ...query, cursor: first.cursor })
      assert.deepEqual(ids(second), [2, 6])
      const third = await storage.archive.cues({ ...query, cursor: second.cursor })
      assert.deepEqual(ids(third), [1])
      assert.equal(third.cursor, null)
    })

    rule('refuses a cursor that it did not make', async ({ archive }) => {
      await assert.rejects(archive.cues({ ...everything, cursor: 'zebra' }), {
        code: 'bad-request',
      })
    })

    rule('finds what was appended as soon as it is acknowledged, position and all', async (s) => {
      const feeder = await Feeder.connect(s.log)
      for (let n = 1; n <= 30; n++) {
        const [entry] = await feeder.store(cueEvent(n, n, n))
        if (n % 10 === 0) await s.settle()
        const page = await s.archive.cues({ ...everything, order: 'newest', limit: 1 })
        assert.deepEqual(page.cues, [entry?.value])
        assert.deepEqual(page.position, entry?.value.position)
      }
    })

    rule('takes a late cue into its place by time, in a month that is over', async (storage) => {
      const feeder = await Feeder.connect(storage.log)
      await feeder.store(cueEvent(1, 1, -40 * day), cueEvent(2, 2, 0))
      await storage.settle()
      // One beside what is there already, one where nothing is.
      await feeder.store(cueEvent(3, 3, -40 * day + 30), cueEvent(4, 4, -39 * day))
      for (let round = 0; round < 2; round++) {
        assert.deepEqual(ids(await storage.archive.cues(everything)), [1, 3, 4, 2])
        await storage.settle()
      }
    })

    rule('shows the highest revision of a run, and any when it is named', async (storage) => {
      const feeder = await Feeder.connect(storage.log)
      await feeder.store(runEvent(1), cueEvent(2, 1, 0), cueEvent(3, 1, 9, { run: 'other' }))
      await storage.settle()
      const revised = { run: 'run-1b', of: 'run-1', revision: 2 }
      await feeder.store(runEvent(4, revised), cueEvent(5, 1, 0, { run: 'run-1b', airing: 'a' }))
      assert.deepEqual(ids(await storage.archive.cues(everything)), [1, 1])
      const [old] = (await storage.archive.cues(everything)).cues
      assert.equal(old?.run, 'run-1', 'a decode that has not ended replaces nothing')
      await feeder.store({ seq: 6, type: 'end', run: 'run-1b' })
      const runsOf = async (run: string | null): Promise<string[]> =>
        (await storage.archive.cues({ ...everything, run })).cues.map((cue) => cue.run)
      for (let round = 0; round < 2; round++) {
        assert.deepEqual(await runsOf(null), ['run-1b', 'other'])
        assert.deepEqual(await runsOf('run-1'), ['run-1'])
        assert.deepEqual(await runsOf('run-1b'), ['run-1b'])
        const [cue, other] = (await storage.archive.cues(everything)).cues
        assert.deepEqual([cue?.of, cue?.revision, cue?.airing], ['run-1', 2, 'a'])
        assert.ok(other !== undefined && !('of' in other))
        await storage.settle()
      }
    })

    everywhere(
      'lists airings that are on in a range, newest first, each as last told',
      async (feeder, { settle }) => {
        await feeder.store(
          airingEvent(1, 'past', -100 * day, -99 * day),
          airingEvent(2, 'long', -40 * day, null),
          airingEvent(3, 'short', 10, 20),
        )
        await settle()
        await feeder.store(
          airingEvent(4, 'long', -40 * day, 5, { title: 'The Long One' }),
          airingEvent(5, 'open', 30, null),
        )
      },
      async (archive) => {
        const found = async (from: number | null, to: number | null, limit = 10) =>
          (
            await archive.airings(
              'news',
              { from: from === null ? null : at(from), to: to === null ? null : at(to) },
              limit,
            )
          ).map(({ id }) => id)
        assert.deepEqual(await found(null, null), ['open', 'short', 'long', 'past'])
        assert.deepEqual(await found(null, null, 1), ['open'])
        assert.deepEqual(await found(0, 10), ['long'])
        assert.deepEqual(await found(5, 10), [])
        assert.deepEqual(await found(19, 31), ['open', 'short'])
        assert.deepEqual(await found(9 * day, null), ['open'])
        const begun = { from: at(0), to: null, startFrom: at(-day) }
        assert.deepEqual(
          (await archive.airings('news', begun, 10)).map(({ id }) => id),
          ['open', 'short'],
        )
        const [, , long] = await archive.airings('news', always, 3)
        assert.deepEqual([long?.title, long?.end, long?.position.seq], ['The Long One', at(5), 4])
      },
    )

    everywhere(
      'lists gaps as last told, moved and withdrawn ones too',
      async (feeder, { settle }) => {
        await feeder.store(
          gapEvent(1, 'closed', -30 * day, null),
          gapEvent(2, 'withdrawn', 0, null),
          gapEvent(3, 'moved', -20 * day, 5),
        )
        await settle()
        await feeder.store(
          gapEvent(4, 'closed', -30 * day, -29 * day),
          gapEvent(5, 'withdrawn', 0, 0),
          gapEvent(6, 'moved', 1, 5),
        )
      },
      async (archive) => {
        const gaps = await archive.gaps('news', always, 10)
        assert.deepEqual(
          gaps.map(({ id, from, to }) => [id, from, to]),
          [
            ['moved', at(1), at(5)],
            ['closed', at(-30 * day), at(-29 * day)],
          ],
        )
        assert.deepEqual(await archive.gaps('news', { from: at(-20 * day), to: at(0) }, 10), [])
      },
    )

    everywhere(
      'lists tracks in order of first appearance with their latest language',
      (feeder) =>
        feeder.store(
          cueEvent(1, 1, 0, { track: 'CC3' }),
          runEvent(2, { tracks: [{ track: 'CC1', language: 'en' }] }),
          runEvent(3, { run: 'run-2', tracks: [{ track: 'CC3', language: 'es' }] }),
        ),
      async (archive) => {
        assert.deepEqual(await archive.tracks('news'), [
          { track: 'CC3', language: 'es' },
          { track: 'CC1', language: 'en' },
        ])
        assert.deepEqual(await archive.tracks('sport'), [])
      },
    )

    binRules(rule, everywhere)
    fileRules(everywhere)
    coverageRules(rule, everywhere)
    programmeRules(everywhere)
    retentionRules(rule)
  })
}

/** Seconds after noon, over about three months and out of order. */
function spread(count: number): number[] {
  return Array.from({ length: count }, (_, n) => ((n * 37) % count) * 1.5 * day - 45 * day)
}

async function pages(archive: Archive, query: CueQuery): Promise<number[]> {
  const found: number[] = []
  let cursor: string | null = null
  do {
    const page: CuePage = await archive.cues({ ...query, cursor })
    assert.ok(page.cues.length <= query.limit)
    found.push(...ids(page))
    cursor = page.cursor
  } while (cursor !== null)
  return found
}

function ids({ cues }: CuePage): number[] {
  return cues.map(({ id }) => id)
}
