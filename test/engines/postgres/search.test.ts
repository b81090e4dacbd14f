import { after, before, describe, it } from 'node:test'
import assert from 'node:assert/strict'
import { at, cueEvent, Feeder, noonMs, runEvent } from '../../conformance/events.ts'
import { Asker } from '../../conformance/search-support.ts'
import { searchConformance } from '../../conformance/search.conformance.ts'
import { startPostgres, withoutPostgres, type TestPostgres } from '../../support/database.ts'
import { compareArchives } from '../search-agreement.ts'
import { z } from 'zod'
import { checkPassages } from './check-passages.ts'
import { openArchive } from './archive-rig.ts'
import { openPostgresSearched } from './searched.ts'
import { archivePart } from '../../../src/server/engines/postgres/archive/archive-schema.ts'
import { Partitions } from '../../../src/server/engines/postgres/archive/partitions.ts'
import { Postgres } from '../../../src/server/engines/postgres/database.ts'
import { migrate } from '../../../src/server/engines/postgres/migrations.ts'

const seed = Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

describe('search on PostgreSQL', { skip: withoutPostgres }, () => {
  let server: TestPostgres
  before(async () => void (server = await startPostgres()))
  after(() => server[Symbol.asyncDispose]())

  searchConformance('in what the archive holds', async () => {
    const rig = await openArchive(await server.newDatabase(), { now: () => noonMs + 60_000 })
    return { ...rig, channels: ['news', 'sport'], settle: () => Promise.resolve() }
  })

  it('removes in the midst of a minute, and lets what is gone take nothing away', async () => {
    await using rig = await openArchive(await server.newDatabase(), { now: () => noonMs + 60_000 })
    const feeder = await Feeder.connect(rig.log)
    await feeder.store(
      ...[runEvent(1), cueEvent(2, 1, 5, { text: 'RAIN' })],
      ...[cueEvent(3, 2, 30, { text: 'SUN' }), cueEvent(4, 3, 70, { text: 'WIND' })],
    )
    const ask = new Asker(rig.search, ['news'])
    for (const near of ['sun -rain', 'wind -rain']) assert.equal(await ask.count(near), 0)
    await rig.archive.forget('news', at(20), () => Promise.resolve())
    for (const near of ['sun -rain', 'wind -rain']) assert.equal(await ask.count(near), 1)
    assert.equal(await ask.count('"sun wind"'), 1)
    assert.equal(await ask.count('rain'), 0)
    await checkPassages(rig.database)
  })

  it('waits for no writer', async () => {
    await using rig = await openArchive(await server.newDatabase(), { now: () => noonMs + 60_000 })
    const feeder = await Feeder.connect(rig.log)
    await feeder.store(runEvent(1), cueEvent(2, 1, 5, { text: 'RAIN' }))
    const ask = new Asker(rig.search, ['news'])
    await rig.database.transaction(async (client) => {
      for (const table of ['log_channel', 'log_run', 'cue', 'gap', 'airing', 'search_passage'])
        await client.query(`LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE`)
      await client.query('DELETE FROM search_passage')
      assert.equal(await ask.count('rain'), 1)
    })
    assert.equal(await ask.count('rain'), 0)
  })

  it('counts rows that are in the index, and those that are not yet, alike', async () => {
    await using rig = await openArchive(await server.newDatabase(), { now: () => noonMs + 60_000 })
    const feeder = await Feeder.connect(rig.log)
    const cues = Array.from({ length: 40 }, (_, n) =>
      cueEvent(n + 2, n + 1, n * 30, { text: `RAIN AND RAIN${' ON THE SEA'.repeat(n % 3)}` }),
    )
    await feeder.store(runEvent(1), ...cues)
    const ask = new Asker(rig.search, ['news'])
    const check = async (): Promise<void> => {
      assert.equal(await ask.count('rain'), 80)
      assert.equal(await ask.count('"rain on"'), 26)
      assert.equal(await ask.count('rain', { from: at(45), to: at(100) }), 4)
      await checkPassages(rig.database)
    }
    const openRows = async (): Promise<number> => {
      const { rows } = await rig.database.query(
        'SELECT count(*)::integer AS count FROM search_passage WHERE NOT is_indexed',
      )
      return z.tuple([z.object({ count: z.int() })]).parse(rows)[0].count
    }
    await check()
    const before = await openRows()
    assert.ok(before > 0 && before < 20, `${before} rows wait for more words`)
    // Hours later nobody waits for them any more.
    await feeder.store(cueEvent(42, 41, 20_000, { track: 'CC3', text: 'GOOD NIGHT' }))
    assert.equal(await openRows(), 1)
    await check()
  })

  it('makes what was said in a quarter of an hour one row, and answers as before', async () => {
    await using rig = await openArchive(await server.newDatabase(), { now: () => noonMs + 60_000 })
    const feeder = await Feeder.connect(rig.log)
    const rowsOfMany = async (): Promise<number> => {
      const { rows } = await rig.database.query(
        'SELECT count(*)::integer AS count FROM search_passage WHERE minutes > 1',
      )
      return z.tuple([z.object({ count: z.int() })]).parse(rows)[0].count
    }
    const ask = new Asker(rig.search, ['news'])
    const check = async (wanted: Readonly<Record<string, number>>): Promise<void> => {
      await checkPassages(rig.database)
      for (const [q, count] of Object.entries(wanted)) assert.equal(await ask.count(q), count, q)
    }
    await feeder.store(runEvent(1))
    // 40 minutes; what is said is the number of the minute, twice, and words of each half of it.
    for (let n = 0; n < 80; n++)
      await feeder.store(
        cueEvent(n + 2, n + 1, n * 30, { text: `MINUTE ${Math.floor(n / 2)} RAIN ON THE SEA` }),
      )
    assert.equal(await rowsOfMany(), 2)
    await check({ rain: 80, '"minute 7 rain"': 2, '"sea minute 15"': 2, 'rai*': 80, '14 15': 1 })
    assert.equal(await ask.count('rain', { from: at(100), to: at(1000) }), 30)
    assert.equal(await ask.count('"the sea"', { from: at(100), to: at(1000) }), 30)
    // Steps that part rows, and channels of which only a part may be searched.
    const scope = ask.scope('rain')
    const channels = scope.channels.map((one) => ({ ...one, from: at(300), to: at(1500) }))
    const edges = [-600, 420, 1260, 3000].map((seconds) => Date.parse(at(seconds)))
    const chart = await rig.search.timeline({ ...scope, channels, edges, byAiring: false })
    assert.deepEqual(chart.cells.map((cell) => [cell.bucket, cell.minutes, cell.mentions]).sort(), [
      [0, 2, 4],
      [1, 14, 28],
      [2, 4, 8],
    ])
    // Another track goes on by the minute: rows that begin earlier reach into its page.
    for (let n = 0; n < 6; n++)
      await feeder.store(
        cueEvent(n + 82, n + 1, 300 + n * 60, { track: 'CC3', text: 'RAIN IN SPAIN' }),
      )
    const newest = { ...scope, to: at(700), order: 'newest', cursor: null, limit: 8 } as const
    const page = await rig.search.page(newest)
    assert.deepEqual(
      page.passages.map(({ track, cues }) => [track, cues[0]?.cue.start]),
      [
        ['CC1', at(660)],
        ...[600, 540, 480].flatMap((seconds) => [
          ['CC1', at(seconds)],
          ['CC3', at(seconds)],
        ]),
        ['CC1', at(420)],
      ],
    )
    await feeder.store(cueEvent(88, 81, 315, { text: 'THUNDER AFTER THE RAIN' }))
    await check({ rain: 87, '"sea thunder after"': 1, thunder: 1 })
    await rig.archive.forget('news', at(1000), () => Promise.resolve())
    await check({ '"minute 7 rain"': 0, thunder: 0, '"sea minute 17"': 1, rain: 46 })
    assert.equal(await rowsOfMany(), 1)
  })

  it('finds what an older ccr has stored by the minute', async () => {
    const url = await server.newDatabase()
    await using database = new Postgres({ url })
    await migrate(database, [{ ...archivePart, steps: archivePart.steps.slice(0, 2) }])
    await database.query(
      `INSERT INTO log_channel (name, epoch) VALUES ('news', 'e');
       INSERT INTO log_run (channel, name, note, announced, ended) VALUES (1, 'run-1', '{}', true, false)`,
    )
    await new Partitions(database).make([noonMs])
    const minute = Math.floor(noonMs / 60_000)
    for (const [n, text] of ['RAIN AND RAIN', 'SUN'].entries())
      await database.query(
        `INSERT INTO cue VALUES (1, 1, 'CC1', $1::bigint, $2::bigint, $2::bigint + 1, $3, 'roll-up', 'en', NULL, $1::bigint)`,
        [n + 1, noonMs + n * 60_000, text],
      )
    const old = (n: number, words: string, cues: string, repeated: string): Promise<unknown> =>
      database.query(
        `INSERT INTO search_passage VALUES (${minute + n}, 1, 1, 'CC1', true, ${3 - 2 * n}, ${noonMs}, ${noonMs + 60_000}, ${words},
           '', '', '${cues}', '${repeated}')`,
      )
    await old(
      ...[0, `'''rain'':1A,3A ''and'':2A ''sun'':4'`],
      ...['[[0,0,"en",null],[3,60000]]', '{"rain":2}'],
    )
    await old(1, `'''sun'':1A'`, '[[-3,-60000,"en",null],[0,0]]', '{}')
    await using rig = await openArchive(url, { now: () => noonMs + 60_000 })
    const ask = new Asker(rig.search, ['news'])
    for (const [q, count] of Object.entries({
      rain: 2,
      sun: 1,
      'rai*': 2,
      '"rain sun"': 1,
      'rain sun': 1,
    }))
      assert.equal(await ask.count(q), count, q)
  })

  it(`agrees with everything scanned, in random archives (seed ${seed})`, async (t) => {
    const open = openPostgresSearched(server)
    const shares = await compareArchives({ open, seed, seconds: 0, queriesPerRound: 6 })
    t.diagnostic(JSON.stringify(shares))
  })
})
