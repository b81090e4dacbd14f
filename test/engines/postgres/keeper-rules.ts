import assert from 'node:assert/strict'
import { it } from 'node:test'
import { archivePart } from '../../../src/server/engines/postgres/archive/archive-schema.ts'
import { PostgresKeeper } from '../../../src/server/engines/postgres/archive/keeper.ts'
import { Postgres } from '../../../src/server/engines/postgres/database.ts'
import { migrate } from '../../../src/server/engines/postgres/migrations.ts'
import type { LogKeeper, Operation } from '../../../src/server/engines/rules/kept-log.ts'
import {
  Feeder,
  airingEvent,
  at,
  binEvent,
  cueEvent,
  gapEvent,
  noonMs,
  rejectLine,
  runEvent,
  skipEvent,
} from '../../conformance/events.ts'
import { FaultProxy, type Fault } from '../../support/fault-proxy.ts'
import { createRandom } from '../../support/random.ts'
import { openArchive, type ArchiveRig } from './archive-rig.ts'
import { KeptLog } from './kept-log.ts'

const everything = {
  ...{ channel: 'news', from: null, to: null, tracks: null, order: 'oldest' as const },
  ...{ cursor: null, limit: 10_000, run: null },
}

/** How the archive in PostgreSQL takes over what the channels’ logs hold. */
export function keeperRules(newDatabase: () => Promise<string>): void {
  it('gives back the whole book of a channel, to whoever loads it', async () => {
    await using rig = await openArchive(await newDatabase(), { now: () => noonMs })
    const feeder = await Feeder.connect(rig.log)
    await feeder.store(
      runEvent(1),
      airingEvent(2, 'air', 0, null),
      ...[cueEvent(3, 1, 0), cueEvent(4, 2, 5), cueEvent(5, 9, 9, { track: 'CC3' })],
      ...[binEvent(6, 0), gapEvent(7, 'gap', 10, null), rejectLine(8), skipEvent(9, 11)],
      runEvent(12, { run: 'run-0', startedAt: at(20) }),
    )
    await feeder.store({ seq: 13, type: 'end', run: 'run-1' }, skipEvent(14, 20))
    await using other = new Postgres({ url: rig.url })
    const book = await new PostgresKeeper(other).load('news', 'unused-epoch')
    const { epoch, seq } = await rig.log.tip('news')
    assert.deepEqual([book.epoch, book.version, book.tip], [epoch, 2, seq])
    assert.deepEqual(Object.keys(book.runs), ['run-1', 'run-0'])
    assert.deepEqual(book.runs['run-1'], {
      live: true,
      announced: { ...runEvent(1), ended: true },
      binProducer: 'producer-a',
      binAtMs: noonMs,
      extent: { fromMs: noonMs, toMs: noonMs + 10_000 },
      languages: [['CC1', 'en']],
      cues: [
        ['CC1', [[1, 2]]],
        ['CC3', [[9, 9]]],
      ],
    })
    const { openSkip, ...producer } = book.producers['producer-a'] ?? assert.fail()
    assert.deepEqual(producer, { received: 20, lastTimeMs: noonMs + 20_000 })
    assert.equal(openSkip?.id, 'skip-producer-a-14')
    assert.deepEqual(book.airings, [{ id: 'air', startMs: noonMs, endMs: null }])
    assert.deepEqual(book.tracks, [
      ['CC1', 'en'],
      ['CC3', null],
    ])
    assert.equal(book.watch.run, 'run-0')
    const rejects = await other.query('SELECT producer, seq, code, line FROM reject')
    assert.deepEqual(rejects.rows, [
      { producer: 'producer-a', seq: 8, code: 'bad-line', line: '{"type":"zebra"}' },
    ])
  })

  it('makes a channel once, and begins another epoch once', async () => {
    const url = await newDatabase()
    await using one = new Postgres({ url })
    await using two = new Postgres({ url })
    await migrate(one, [archivePart])
    const keepers = [new PostgresKeeper(one), new PostgresKeeper(two)] as const
    const made = await Promise.all([keepers[0].load('news', 'aaa'), keepers[1].load('news', 'bbb')])
    const { epoch } = made[0]
    assert.equal(made[1].epoch, epoch)
    assert.ok(['aaa', 'bbb'].includes(epoch))
    const renewed = await Promise.all([
      keepers[0].renew('news', epoch, 'ccc'),
      keepers[1].renew('news', epoch, 'ddd'),
    ])
    assert.equal(renewed[0], renewed[1])
    assert.ok(['ccc', 'ddd'].includes(renewed[0]))
    assert.equal(await keepers[1].renew('news', epoch, 'eee'), renewed[0])
    assert.equal((await keepers[0].load('news', 'fff')).epoch, renewed[0])
  })

  it('keeps nothing that is of another epoch, or does not continue what it holds', async () => {
    await using rig = await openArchive(await newDatabase())
    const { keeper, archive } = rig
    const { epoch } = await keeper.load('news', 'abc')
    const found = async (): Promise<unknown[]> => {
      const { cues, position } = await archive.cues(everything)
      return [cues.map(({ id }) => id), position.seq]
    }
    assert.equal(await keeper.keep('news', 'another', [operation(1)]), 'stale')
    assert.equal(await keeper.keep('nobody', epoch, [operation(1)]), 'stale')
    assert.equal(await keeper.keep('news', epoch, [operation(2)]), 'stale')
    assert.equal(await keeper.keep('news', epoch, [operation(1), operation(3)]), 'stale')
    assert.deepEqual(await found(), [[], 0])
    assert.equal(await keeper.keep('news', epoch, [operation(1), operation(2)]), 'kept')
    assert.equal(await keeper.keep('news', epoch, []), 'kept')
    assert.equal(await keeper.keep('news', epoch, [operation(2), operation(3)]), 'kept')
    assert.equal(await keeper.keep('news', epoch, [operation(1)]), 'kept')
    assert.deepEqual(await found(), [[1, 2, 3], 3])
    const next = await keeper.renew('news', epoch, 'def')
    assert.equal(await keeper.keep('news', epoch, [operation(4)]), 'stale')
    assert.equal(await keeper.keep('news', next, [operation(4)]), 'kept')
    const { cues, position } = await archive.cues(everything)
    assert.deepEqual(position, { epoch: 'def', seq: 4 })
    assert.deepEqual(
      cues.map((cue) => cue.position),
      [1, 2, 3, 4].map((seq) => ({ epoch: 'def', seq })),
    )
  })

  it('keeps text that PostgreSQL has no characters for', async () => {
    await using rig = await openArchive(await newDatabase())
    const feeder = await Feeder.connect(rig.log)
    await feeder.store(
      runEvent(1, { source: 'a\0b' }),
      cueEvent(2, 1, 0, { text: 'A\0B \uD800 😀 "\\\' {} \t' }),
      airingEvent(3, 'air', 0, null, { title: '\uDC00\0' }),
      { ...rejectLine(4), line: '\0' },
    )
    const { cues } = await rig.archive.cues(everything)
    assert.equal(cues[0]?.text, 'A\uFFFDB \uFFFD 😀 "\\\' {} \t')
    assert.equal((await rig.archive.airing('news', 'air'))?.title, '\uFFFD\uFFFD')
    const [run] = await rig.archive.runs('news', null, 1)
    assert.equal(run?.announced.source, 'a\uFFFDb')
  })

  it('has one truth of a channel whose log two nodes empty at once', async () => {
    const url = await newDatabase()
    await using one = await openArchive(url)
    await using two = await openArchive(url)
    const { epoch } = await one.keeper.load('news', 'abc')
    const count = 60
    const operations = Array.from({ length: count }, (_, n) => operation(n + 1))
    let calls = 0
    const empty = async ({ keeper }: ArchiveRig, atOnce: number): Promise<void> => {
      for (;;) {
        const { version } = await keeper.load('news', 'unused')
        if (version === count) return
        // From a little before, as what it knows may be old.
        const from = Math.max(0, version - 2)
        const some = operations.slice(from, version + atOnce)
        calls++
        assert.equal(await keeper.keep('news', epoch, some), 'kept')
      }
    }
    await Promise.all([empty(one, 3), empty(two, 5), empty(two, 1)])
    const { cues, position } = await one.archive.cues(everything)
    const all = Array.from({ length: count }, (_, n) => n + 1)
    assert.deepEqual(
      cues.map(({ id }) => id),
      all,
    )
    assert.equal(position.seq, count)
    assert.ok(calls > count / 5, 'they met')
  })

  it('does not take what a log that has lost its tail gives the same numbers', async () => {
    await using rig = await openArchive(await newDatabase())
    const { keeper, archive } = rig
    const { epoch } = await keeper.load('news', 'abc')
    assert.equal(await keeper.keep('news', epoch, [operation(1), operation(2)]), 'kept')
    const other = { ...operation(2, 7), storedMs: noonMs + 1 }
    assert.equal(await keeper.keep('news', epoch, [other, operation(3)]), 'stale')
    const longer = { ...operation(3), tip: 5 }
    assert.equal(await keeper.keep('news', epoch, [longer]), 'stale')
    assert.equal((await archive.cues(everything)).cues.length, 2)
    assert.equal(await keeper.keep('news', epoch, [operation(2), operation(3)]), 'kept')
  })

  it('forgets very many cues, in more than one transaction, and none that is younger', async () => {
    await using rig = await openArchive(await newDatabase())
    const feeder = await Feeder.connect(rig.log)
    await feeder.store(runEvent(1), cueEvent(2, 1, -1), cueEvent(3, 2, 0))
    // More than are removed at once begin at the same moment.
    await rig.database.query(
      `INSERT INTO cue SELECT channel, run, track, n, $1::bigint - greatest(n - 25000, 0), end_ms, text, mode, language, airing, n
       FROM cue, generate_series(10, 45000) AS n WHERE id = 1`,
      [noonMs - 1000],
    )
    assert.equal(await rig.archive.forget('news', at(0), () => Promise.resolve()), 'forgotten')
    const { rows } = await rig.database.query('SELECT id FROM cue')
    assert.deepEqual(rows, [{ id: 2 }])
  })

  it('holds each append whole or not at all, and once, whatever connection is cut when', async (t) => {
    const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 1_000_000)
    t.diagnostic(`TEST_SEED=${seed}`)
    const random = createRandom(seed)
    const url = await newDatabase()
    await using direct = await openArchive(url)
    const fault = (): Fault =>
      random.next() < 0.5
        ? { kind: 'cut', afterBytes: 1500 + random.below(60_000) }
        : { kind: 'cut', afterDown: 600 + random.below(6000) }
    await using proxy = await FaultProxy.start(
      () => new URL(url.replace('postgres:', 'http:')),
      fault,
    )
    const proxied = url.replace(/:\d+\//, `:${new URL(proxy.url).port}/`)
    await using database = new Postgres({ url: proxied, mostConnections: 2 })
    const keeper = new PostgresKeeper(database)
    /** What there must be after each version. */
    const expected = [{ version: 0, tip: 0, cues: 0, bins: 0 }]
    const holdsWhole = async (): Promise<void> => {
      const { rows } = await direct.database.query(
        `SELECT version, tip, (SELECT count(*) FROM cue) AS cues, bins FROM log_channel`,
      )
      const [row] = rows as { readonly version: number }[]
      if (row !== undefined) assert.deepEqual(row, expected[row.version])
    }
    let failures = 0
    let unsure = 0
    const watched: LogKeeper = {
      load: (...input) => keeper.load(...input),
      renew: (...input) => keeper.renew(...input),
      keep: async (channel, epoch, operations) => {
        const last = expected.at(-1) ?? assert.fail()
        const [one] = operations
        if (one !== undefined && one.version > last.version)
          expected.push({
            version: one.version,
            tip: one.tip,
            cues: last.cues + one.entries.length,
            bins: last.bins + one.bins.length,
          })
        try {
          return await keeper.keep(channel, epoch, operations)
        } catch (error) {
          failures++
          await holdsWhole()
          const { version } = await direct.keeper.load('news', 'unused')
          if (version === one?.version) unsure++
          throw error
        }
      },
    }
    await using log = new KeptLog(watched)
    const feeder = await Feeder.connect(log)
    await feeder.store(runEvent(1))
    let seq = 2
    // Transactions that are undone, and now and then one whose answer never comes.
    for (let n = 0; n < 40; n++) {
      const events = Array.from({ length: 1 + random.below(12) }, () => {
        const own = seq++
        return random.next() < 0.7 ? cueEvent(own, own, own) : binEvent(own, own)
      })
      await feeder.store(...events)
    }
    assert.ok(failures > unsure, 'connections were cut in the middle of appends')
    t.diagnostic(`${failures} appends failed, ${unsure} of them were kept`)
    await holdsWhole()
    const { cues, position } = await direct.archive.cues(everything)
    assert.deepEqual(
      cues.map((cue) => cue.position.seq),
      Array.from({ length: position.seq }, (_, n) => n + 1),
    )
    const bins: string[] = []
    for await (const { data } of direct.archive.bin(
      'news',
      everything,
      AbortSignal.timeout(10_000),
    ))
      bins.push(Buffer.from(data).toString())
    const told = [...cues.map(({ id }) => id), ...bins.map((text) => Number(text.split(' ')[2]))]
    assert.deepEqual(
      told.sort((x, y) => x - y),
      Array.from({ length: seq - 2 }, (_, n) => n + 2),
    )
  })
}

/** One cue, `id` by default its version. */
function operation(version: number, id = version): Operation {
  const position = { epoch: 'abc', seq: version }
  const value = {
    ...{ channel: 'news', track: 'CC1', id, start: at(id), end: at(id + 1), text: `CUE ${id}` },
    ...{ mode: 'roll-up' as const, language: null, run: 'run-1', position, airing: null },
  }
  const run = {
    ...{ live: true, announced: null, binProducer: null, binAtMs: 0, extent: null },
    ...{ languages: [], cues: [] },
  }
  return {
    ...{ version, tip: version, storedMs: noonMs, producer: 'a', bins: [], rejects: [] },
    entries: [{ type: 'cue', late: false, value }],
    notes: {
      producers: { a: { received: version, lastTimeMs: null, openSkip: null } },
      runs: { 'run-1': run },
    },
  }
}
