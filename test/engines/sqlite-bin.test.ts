import assert from 'node:assert/strict'
import { readFile, readdir, rm, truncate } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { zstdDecompressSync } from 'node:zlib'
import { openSqliteStorage } from '../../src/server/engines/sqlite/sqlite-storage.ts'
import type { BinLoss } from '../../src/server/ports/archive.ts'
import { Feeder, at, binEvent, noonMs } from '../conformance/events.ts'
import { createFolder } from './temporary.ts'

const always = { from: null, to: null }

/** One RCWT group: time in ms, a count, and as many triplets. */
function group(fts: number): Buffer {
  const bytes = Buffer.alloc(13)
  bytes.writeBigInt64LE(BigInt(fts), 0)
  bytes.writeUInt16LE(1, 8)
  bytes.set([0xfc, 0x94, 0x2c], 10)
  return bytes
}

describe('hourly files of original bytes', () => {
  it('are whole RCWT files, and leave the log when their hour is over and quiet', async () => {
    await using folder = await createFolder()
    let nowMs = noonMs + 30 * 60_000
    await using storage = await openSqliteStorage({
      dataDir: folder.path,
      fileEveryMs: 20,
      now: () => nowMs,
    })
    const feeder = await Feeder.connect(storage.log)
    const seconds = [0, 1, 2, 3600]
    await feeder.store(
      ...seconds.map((second, n) =>
        binEvent(n + 1, second, {
          format: 'rcwt',
          data: group(second * 1000).toString('base64'),
        }),
      ),
    )
    const bin = path.join(folder.path, 'bin')
    await assert.rejects(readdir(bin))
    nowMs = noonMs + 3_600_000 + 61_000
    const file = path.join(bin, 'news', '2026-11-10', '12-run-1.1.rcwt.zst')
    const bytes = await whenThere(file)
    const header = Buffer.from('ccccedcc00500001000000', 'hex')
    const groups = [0, 1000, 2000].map(group)
    assert.deepEqual(zstdDecompressSync(bytes), Buffer.concat([header, ...groups]))
    const found: Buffer[] = []
    const all = storage.archive.bin('news', { from: null, to: null }, new AbortController().signal)
    for await (const { data } of all) found.push(Buffer.from(data))
    assert.deepEqual(found, [0, 1000, 2000, 3_600_000].map(group))
  })

  it('that are gone or damaged are passed over, told once, and counted; the rest of a range is whole', async () => {
    await using folder = await createFolder()
    const told: object[] = []
    const quiet = (): void => undefined
    const error = (fields: object): void => void told.push(fields)
    await using storage = await openSqliteStorage({
      dataDir: folder.path,
      fileEveryMs: null,
      logger: { debug: quiet, info: quiet, warn: quiet, error },
    })
    const feeder = await Feeder.connect(storage.log)
    await feeder.store(...[0, 1, 2, 3].map((hour) => binEvent(hour + 1, hour * 3600)))
    await storage.settle()
    const day = path.join(folder.path, 'bin', 'news', '2026-11-10')
    await rm(path.join(day, '13-run-1.1.ttxt.zst'))
    await truncate(path.join(day, '14-run-1.1.ttxt.zst'), 20)
    for (let round = 0; round < 2; round++) {
      const found: string[] = []
      const losses: BinLoss[] = []
      const wish = { onLoss: (loss: BinLoss) => void losses.push(loss) }
      const { signal } = new AbortController()
      for await (const { at: wall } of storage.archive.bin('news', always, signal, wish))
        found.push(wall)
      assert.deepEqual(found, [at(0), at(3 * 3600)])
      assert.deepEqual(
        losses.map(({ run, from, to }) => [run, from, to]),
        [1, 2].map((hour) => ['run-1', at(hour * 3600), at(hour * 3600)]),
      )
    }
    assert.equal(told.length, 2)
    assert.match(storage.health().problems.join(), /2 files of original bytes/)
    assert.equal(storage.health().ok, true)
  })

  it('whose table of chunks is damaged are a loss of their hour, and no more', async () => {
    await using folder = await createFolder()
    await using storage = await openSqliteStorage({ dataDir: folder.path, fileEveryMs: null })
    const feeder = await Feeder.connect(storage.log)
    await feeder.store(...[0, 1, 2].map((hour) => binEvent(hour + 1, hour * 3600 + 60)))
    await storage.settle()
    using volume = openDatabase(path.join(folder.path, 'archive', '2026-11.db'))
    const spoilt = volume.db
      .prepare('UPDATE bin_file SET chunks = ? WHERE path LIKE ?')
      .run(Buffer.from('no table'), '%13-run%')
    assert.equal(spoilt.changes, 1)
    const found: string[] = []
    const losses: BinLoss[] = []
    const { signal } = new AbortController()
    const range = { from: at(0), to: at(2 * 3600 + 61) }
    for await (const { at: wall } of storage.archive.bin('news', range, signal, {
      onLoss: (loss) => void losses.push(loss),
    }))
      found.push(wall)
    assert.deepEqual(found, [at(60), at(2 * 3600 + 60)])
    assert.deepEqual(
      losses.map(({ from, to }) => [from, to]),
      [[at(3600), new Date(Date.parse(at(2 * 3600)) - 1).toISOString()]],
    )
  })

  it('keep names from the network inside their folder', async () => {
    await using folder = await createFolder()
    await using storage = await openSqliteStorage({ dataDir: folder.path, fileEveryMs: null })
    const feeder = await Feeder.connect(storage.log)
    await feeder.store(binEvent(1, 0, { run: '../../../evil' }))
    await storage.settle()
    const files = await readdir(path.join(folder.path, 'bin'), { recursive: true })
    assert.ok(files.includes(path.join('news', '2026-11-10', '12-_________evil.1.ttxt.zst')))
  })
})

function openDatabase(file: string): { readonly db: DatabaseSync } & Disposable {
  const db = new DatabaseSync(file)
  return { db, [Symbol.dispose]: () => db.close() }
}

async function whenThere(file: string): Promise<Buffer> {
  for (let tries = 0; ; tries++) {
    try {
      return await readFile(file)
    } catch (error) {
      if (tries === 500) throw error
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}
