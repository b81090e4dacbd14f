import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { parseQuery } from '../../src/query/language/parse.ts'
import { verify } from '../../src/server/engines/sqlite/admin/verify/verify.ts'
import { indexFile, indexMonths } from '../../src/server/engines/sqlite/data-folder.ts'
import { openSqliteDirectory } from '../../src/server/engines/sqlite/sqlite-directory.ts'
import {
  openSqliteStorage,
  type SqliteStorage,
} from '../../src/server/engines/sqlite/sqlite-storage.ts'
import type { Passage } from '../../src/server/ports/search.ts'
import { at, cueEvent, Feeder, noonMs, runEvent } from '../conformance/events.ts'
import { createRandom } from '../support/random.ts'
import { archiveBeginMs, ArchiveFeeder } from './search-archive.ts'
import { createFolder } from './temporary.ts'

async function find({ search }: SqliteStorage, q: string): Promise<readonly Passage[]> {
  const parsed = parseQuery(q)
  assert.ok(parsed.ok)
  const page = await search.page({
    ...{ query: parsed.query, tracks: null, from: null, to: null, timeLimitMs: 10_000 },
    ...{ order: 'newest', cursor: null, limit: 100 },
    channels: [{ id: 'news', network: null, timeZone: 'UTC', from: null, to: null }],
  })
  return page.passages
}

/** Searches look at the log anew after a moment. */
const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 250))

describe('the search index', () => {
  it('leaves out a run that a later decode has replaced, before and after it is indexed', async () => {
    await using folder = await createFolder()
    await using storage = await openSqliteStorage({
      ...{ dataDir: folder.path, fileEveryMs: null, now: () => noonMs + 60_000 },
    })
    const feeder = await Feeder.connect(storage.log)
    await feeder.store(runEvent(1), cueEvent(2, 1, 0, { text: 'THE OLD HARBOR' }))
    await storage.settle()
    assert.equal((await find(storage, 'harbor')).length, 1)
    const again = { run: 'run-2', of: 'run-1', revision: 2 }
    await feeder.store(
      ...[
        runEvent(3, { ...again, live: false }),
        cueEvent(4, 1, 0, { run: 'run-2', text: 'THE OLD HARBOUR' }),
      ],
      { seq: 5, type: 'end', run: 'run-2', at: at(10) },
    )
    await moment()
    for (const isFiled of [false, true]) {
      if (isFiled) await storage.settle()
      assert.equal((await find(storage, 'harbor')).length, 0, `filed: ${isFiled}`)
      assert.equal((await find(storage, 'harbour')).length, 1, `filed: ${isFiled}`)
      await moment()
    }
  })

  it('forgets what retention removes, and keeps the rest', async () => {
    await using folder = await createFolder()
    await using storage = await openSqliteStorage({
      ...{ dataDir: folder.path, fileEveryMs: null, now: () => noonMs + 60_000 },
    })
    const feeder = await Feeder.connect(storage.log)
    await feeder.store(
      ...[runEvent(1), cueEvent(2, 1, -86_400, { text: 'YESTERDAY A STORM' })],
      ...[cueEvent(3, 2, 0, { text: 'TODAY THE SUN' })],
    )
    await storage.settle()
    assert.equal((await find(storage, 'storm')).length, 1)
    assert.equal(
      await storage.archive.forget('news', at(-3600), () => Promise.resolve()),
      'forgotten',
    )
    await moment()
    assert.equal((await find(storage, 'storm')).length, 0)
    assert.equal((await find(storage, 'sun')).length, 1)
    using index = new DatabaseSync(indexFile(folder.path, indexMonths(folder.path)[0] ?? 0))
    const held = index.prepare(
      "SELECT count(*) AS count FROM posting WHERE key / 1048576 = (SELECT id FROM term WHERE text = 'storm')",
    )
    assert.equal(held.get()?.['count'], 0)
  })

  it('is searched as it is when an older program made it', async () => {
    await using folder = await createFolder()
    const options = { dataDir: folder.path, fileEveryMs: null, now: () => noonMs + 60_000 }
    {
      await using storage = await openSqliteStorage(options)
      const feeder = await Feeder.connect(storage.log)
      const cues = Array.from({ length: 20 }, (_, n) => cueEvent(n + 2, n + 1, n, { text: 'RAIN' }))
      await feeder.store(runEvent(1), ...cues)
      await storage.settle()
    }
    {
      using index = new DatabaseSync(indexFile(folder.path, indexMonths(folder.path)[0] ?? 0))
      index.exec('DROP TABLE hours; PRAGMA user_version = 1')
    }
    await using storage = await openSqliteStorage(options)
    const parsed = parseQuery('rain')
    assert.ok(parsed.ok)
    const { cells, problems } = await storage.search.timeline({
      ...{ query: parsed.query, tracks: null, from: null, to: null, timeLimitMs: 10_000 },
      channels: [{ id: 'news', network: null, timeZone: 'UTC', from: null, to: null }],
      ...{ edges: [noonMs, noonMs + 3_600_000], byAiring: false },
    })
    assert.deepEqual(problems, [])
    assert.equal(cells[0]?.mentions, 20)
    assert.equal((await find(storage, 'rain')).length, 1)
  })

  it('is held against its cues by verify, which names what differs', async () => {
    await using folder = await createFolder()
    await openSqliteDirectory(folder.path, { pollEveryMs: null })[Symbol.asyncDispose]()
    {
      let nowMs = archiveBeginMs
      await using storage = await openSqliteStorage({
        ...{ dataDir: folder.path, fileEveryMs: null, now: () => nowMs },
      })
      const feeder = new ArchiveFeeder(storage.log, createRandom(3), ['news'])
      for (let round = 0; round < 6; round++) {
        await feeder.step(40, round === 3)
        nowMs += 600_000
        await storage.settle()
      }
    }
    const check = (): readonly string[] =>
      verify({ dataDir: folder.path, nowMs: Date.now(), onCount: () => undefined }).problems
    const before = check()
    assert.deepEqual(before, [])
    const [month = 0] = indexMonths(folder.path)
    {
      using index = new DatabaseSync(indexFile(folder.path, month))
      const hours = index.prepare('SELECT key, counts FROM hours LIMIT 1').get()
      assert.ok(hours !== undefined)
      const { key = 0, counts = null } = hours
      const put = index.prepare('UPDATE hours SET counts = ? WHERE key = ?')
      put.run(new Uint8Array([9, 9, 9, 9]), key)
      assert.ok(check().some((problem) => /counts words by hour otherwise/.test(problem)))
      put.run(counts, key)
      assert.deepEqual(check(), [])
      index.exec("UPDATE term SET text = 'zebra' WHERE text = 'a'")
    }
    assert.ok(check().some((problem) => /ccr index --month/.test(problem)))
  })
})
