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

  it(`agrees with everything scanned, in random archives (seed ${seed})`, async (t) => {
    const open = openPostgresSearched(server)
    const shares = await compareArchives({ open, seed, seconds: 0, queriesPerRound: 6 })
    t.diagnostic(JSON.stringify(shares))
  })
})
