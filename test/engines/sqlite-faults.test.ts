import assert from 'node:assert/strict'
import { chmod, readdir, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import type { Cue } from '../../src/protocol/api.ts'
import { openSqliteStorage } from '../../src/server/engines/sqlite/sqlite-storage.ts'
import { formatCueBlock, parseCueBlock } from '../../src/server/engines/sqlite/volumes/cue-block.ts'
import { Feeder, at, binEvent, cueEvent, noonMs, runEvent } from '../conformance/events.ts'
import { createFolder, eventually } from './temporary.ts'

const everything = {
  channel: 'news',
  from: null,
  to: null,
  tracks: null,
  order: 'oldest',
  cursor: null,
  limit: 1000,
  run: null,
} as const

function cueOf(id: number): Cue {
  return {
    ...{ channel: 'news', track: 'CC1', id, start: at(id), end: at(id + 1), text: `CUE ${id}` },
    ...{ mode: 'roll-up' as const, language: 'en', run: 'run-1', airing: null },
    position: { epoch: 'abcdefgh', seq: id },
  }
}

describe('openSqliteStorage', () => {
  it('stores nothing on a full disk, says so, and goes on when there is room', async () => {
    await using folder = await createFolder()
    await using storage = await openSqliteStorage({ dataDir: folder.path, testing: true })
    const feeder = await Feeder.connect(storage.log)
    await feeder.store(runEvent(1), cueEvent(2, 1, 0))
    await storage.fault({ maxPages: 1 })
    let refused = 0
    // Free pages inside the file take a little before it is full.
    for (let n = 3; n < 400 && refused === 0; n++)
      await feeder.store(binEvent(n, n, { data: 'A'.repeat(40_000) })).catch((error: unknown) => {
        assert.equal((error as { code?: string }).code, 'storage-unavailable')
        assert.match(String(error), /the disk is full/)
        refused = n
      })
    assert.ok(refused > 0)
    assert.equal((await storage.log.producer('news', 'producer-a')).received, refused - 1)
    assert.equal(storage.health().ok, false)
    assert.match(storage.health().problems.join(), /log\.db: the disk is full/)
    await storage.fault({ maxPages: 1_000_000 })
    await eventually('healthy by itself', () => storage.health().ok)
    assert.equal((await storage.log.producer('news', 'producer-a')).received, refused - 1)
    const [entry] = await feeder.store(cueEvent(refused, 2, 1))
    assert.equal(entry?.value.position.seq, 2)
  })

  it('ends a page before a month that cannot be read, and says so on the next', async () => {
    await using folder = await createFolder()
    const options = { dataDir: folder.path, fileEveryMs: null }
    await using storage = await openSqliteStorage(options)
    const feeder = await Feeder.connect(storage.log)
    const days = [-40, -5, 0, 40]
    await feeder.store(...days.map((day, n) => cueEvent(n + 1, n + 1, day * 86_400)))
    await storage.settle()
    // Not yet filed, and of the month that is damaged: the page must end before it, too.
    await feeder.store(cueEvent(5, 5, 60))
    const volume = path.join(folder.path, 'archive', '2026-11.db')
    // Its log would show everything as it was.
    for (const end of ['', '-wal', '-shm']) await rm(`${volume}${end}`, { force: true })
    await writeFile(volume, 'damaged')
    const ids = async (query: object): Promise<[number[], string | null]> => {
      const { cues, cursor } = await storage.archive.cues({ ...everything, ...query })
      return [cues.map(({ id }) => id), cursor]
    }
    for (const [order, before] of [
      ['oldest', 1],
      ['newest', 4],
    ] as const) {
      const [found, cursor] = await ids({ order })
      assert.deepEqual(found, [before])
      await assert.rejects(ids({ order, cursor }), {
        code: 'storage-damaged',
        message: /archive of 2026-11 cannot be read/,
      })
    }
    assert.deepEqual((await ids({ from: at(25 * 86_400) }))[0], [4])
    assert.deepEqual(storage.health().ok, true)
    assert.match(storage.health().problems.join(), /2026-11\.db cannot be read/)
  })

  it('tells a flipped bit in a block of cues from words that were said', () => {
    const cues = [{ ...cueOf(1), text: 'A' }, cueOf(2)]
    const block = formatCueBlock(cues)
    assert.deepEqual(parseCueBlock('news', block), cues)
    for (let at = 0; at < block.length * 8; at++) {
      const flipped = Uint8Array.from(block)
      flipped[at >> 3] = (flipped[at >> 3] ?? 0) ^ (1 << (at & 7))
      let found: unknown
      try {
        found = parseCueBlock('news', flipped)
      } catch {
        continue
      }
      // A bit of the frame's header that means nothing may change; the cues may not.
      assert.deepEqual(found, cues)
    }
  })

  it('refuses what was under way when its writer dies, and goes on with another', async () => {
    await using folder = await createFolder()
    await using storage = await openSqliteStorage({ dataDir: folder.path, testing: true })
    const feeder = await Feeder.connect(storage.log)
    await feeder.store(cueEvent(1, 1, 0))
    const crash = storage.fault('crash')
    const after = feeder.store(cueEvent(2, 2, 1))
    await assert.rejects(crash, { code: 'storage-unavailable' })
    await assert.rejects(after, { code: 'storage-unavailable' })
    assert.deepEqual(storage.health(), {
      ok: false,
      problems: ['the log writer is not running'],
    })
    await eventually('a writer again', () => storage.health().ok)
    const [entry] = await feeder.store(cueEvent(2, 2, 1))
    assert.equal(entry?.value.position.seq, 2)
  })

  it('keeps its numbers, fences, identities and epoch when opened again', async () => {
    await using folder = await createFolder()
    const options = { dataDir: folder.path, fileEveryMs: null }
    let epoch: string
    {
      await using storage = await openSqliteStorage(options)
      const feeder = await Feeder.connect(storage.log)
      await feeder.store(runEvent(1), cueEvent(2, 1, 0), cueEvent(3, 2, 1))
      ;({ epoch } = await storage.log.tip('news'))
    }
    await using storage = await openSqliteStorage(options)
    assert.deepEqual(await storage.log.tip('news'), { epoch, seq: 2 })
    assert.equal((await storage.log.producer('news', 'producer-a')).received, 3)
    const other = await Feeder.connect(storage.log, 'news', 'producer-b')
    const result = await other.send(cueEvent(1, 2, 1), cueEvent(2, 3, 2))
    assert.ok(result.ok)
    assert.equal(result.duplicates, 1)
    assert.deepEqual(
      result.entries.map(({ value }) => [
        value.position.seq,
        'language' in value && value.language,
      ]),
      [[3, 'en']],
    )
    assert.equal(await storage.log.fence('news'), 3)
  })

  it('takes one bad batch alone, not the others of its moment', async () => {
    await using folder = await createFolder()
    await using storage = await openSqliteStorage({ dataDir: folder.path })
    const good = await Feeder.connect(storage.log, 'good')
    const bad = await Feeder.connect(storage.log, 'bad')
    const wrong = cueEvent(1, 1, 0, { text: null as unknown as string })
    const [stored, refused] = await Promise.allSettled([
      good.store(cueEvent(1, 1, 0)),
      bad.store(wrong),
    ])
    assert.equal(stored.status, 'fulfilled')
    assert.equal(refused.status, 'rejected')
    assert.equal((await storage.log.tip('bad')).seq, 0)
    assert.equal((await bad.store(cueEvent(1, 1, 0))).length, 1)
  })

  it('forgets the log after 24 hours and what is filed, and tells readers who come later', async () => {
    await using folder = await createFolder()
    let nowMs = noonMs
    const options = { dataDir: folder.path, fileEveryMs: null, now: () => nowMs }
    await using storage = await openSqliteStorage(options)
    const feeder = await Feeder.connect(storage.log)
    await feeder.store(cueEvent(1, 1, 0), cueEvent(2, 2, 1))
    nowMs += 23 * 3_600_000
    await feeder.store(cueEvent(3, 3, 2))
    nowMs += 2 * 3_600_000
    await storage.settle()
    const { epoch } = await storage.log.tip('news')
    assert.deepEqual(await storage.log.read('news', { epoch, seq: 1 }, 10), {
      ok: false,
      position: { epoch, seq: 3 },
      oldest: { epoch, seq: 2 },
    })
    const page = await storage.log.read('news', { epoch, seq: 2 }, 10)
    assert.ok(page.ok)
    assert.equal(page.entries.length, 1)
    const { cues } = await storage.archive.cues(everything)
    assert.deepEqual(
      cues.map(({ id }) => id),
      [1, 2, 3],
    )
    const again = await Feeder.connect(storage.log, 'news', 'producer-b')
    assert.deepEqual(await again.store(cueEvent(1, 1, 0)), [])
  })

  it('refuses a folder that another server is using', async () => {
    await using folder = await createFolder()
    await using first = await openSqliteStorage({ dataDir: folder.path })
    assert.ok(first.health().ok)
    await assert.rejects(openSqliteStorage({ dataDir: folder.path }), /is in use by another ccr/)
  })

  it('refuses a log of a newer program, or one that is no database', async () => {
    await using folder = await createFolder()
    const file = path.join(folder.path, 'log.db')
    const db = new DatabaseSync(file)
    db.exec('PRAGMA user_version = 7')
    db.close()
    const newer = /log\.db has schema version 7, and this program knows versions up to \d+/
    await assert.rejects(openSqliteStorage({ dataDir: folder.path }), newer)
  })

  it('goes on with the other months when a volume is damaged, and loses nothing', async () => {
    await using folder = await createFolder()
    const options = { dataDir: folder.path, fileEveryMs: null }
    await using storage = await openSqliteStorage(options)
    const feeder = await Feeder.connect(storage.log)
    const broken = new DatabaseSync(path.join(folder.path, 'archive', '2026-11.db'))
    broken.exec('PRAGMA user_version = 99')
    broken.close()
    await feeder.store(cueEvent(1, 1, 0))
    const sport = await Feeder.connect(storage.log, 'sport')
    await sport.store(cueEvent(1, 1, -40 * 86_400))
    await storage.settle()
    assert.match(storage.health().problems.join(), /2026-11\.db has schema version 99/)
    assert.equal(storage.health().ok, true)
    assert.deepEqual((await readdir(path.join(folder.path, 'archive'))).sort()[0], '2026-10.db')
    const mended = new DatabaseSync(path.join(folder.path, 'archive', '2026-11.db'))
    mended.exec('PRAGMA user_version = 0')
    mended.close()
    await storage.settle()
    assert.deepEqual(storage.health(), { ok: true, problems: [] })
    assert.equal((await storage.archive.cues(everything)).cues.length, 1)
  })

  it('lets nobody but its owner read the data folder', async () => {
    await using folder = await createFolder()
    await chmod(folder.path, 0o755)
    const dataDir = path.join(folder.path, 'data')
    await using storage = await openSqliteStorage({ dataDir })
    await (await Feeder.connect(storage.log)).store(cueEvent(1, 1, 0), binEvent(2, 0))
    await storage.settle()
    assert.equal((await stat(dataDir)).mode & 0o777, 0o700)
    for (const file of ['log.db', 'archive/2026-11.db'])
      assert.equal((await stat(path.join(dataDir, file))).mode & 0o077, 0, file)
  })
})
