import assert from 'node:assert/strict'
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import {
  openSqliteStorage,
  type SqliteStorage,
} from '../../src/server/engines/sqlite/sqlite-storage.ts'
import { filingLockFile, keepingLockFile } from '../../src/server/engines/sqlite/data-folder.ts'
import { backUp, type BackupResult } from '../../src/server/engines/sqlite/admin/backup.ts'
import { FolderLock } from '../../src/server/engines/sqlite/admin/folder-lock.ts'
import { restore } from '../../src/server/engines/sqlite/admin/restore.ts'
import {
  at,
  binEvent,
  cueEvent,
  Feeder,
  gapEvent,
  airingEvent,
  runEvent,
} from '../conformance/events.ts'
import { run, addChannel, temporaryFolder } from '../support/processes.ts'

describe('a backup', () => {
  it('is restored as it was, under another epoch, with the same numbers in every list', async () => {
    await using folder = await temporaryFolder()
    const data = path.join(folder.path, 'data')
    await addChannel(data, 'news')
    await using storage = await openSqliteStorage({ dataDir: data, fileEveryMs: null })
    const feeder = await Feeder.connect(storage.log)
    await feeder.store(
      runEvent(1),
      cueEvent(2, 1, 10),
      airingEvent(3, 'a', 0, 100),
      binEvent(4, 10),
    )
    await storage.settle()
    await feeder.store(gapEvent(5, 'g', 20, 30), cueEvent(6, 2, 40), binEvent(7, 40))
    const before = await contents(storage)
    const made = make(data, folder.path, 0)
    assert.equal(made.shared, 0)
    const copy = path.join(folder.path, 'restored')
    restore({ backup: path.join(folder.path, 'backups'), dataDir: copy, onFile: () => undefined })
    await using restored = await openSqliteStorage({ dataDir: copy, fileEveryMs: null })
    const after = await contents(restored)
    assert.notEqual(after.position.epoch, before.position.epoch)
    const renamed = JSON.parse(
      JSON.stringify(before).replaceAll(before.position.epoch, after.position.epoch),
    ) as typeof before
    assert.deepEqual(after, renamed)
    const lost = await restored.log.read('news', before.position, 10)
    const oldest = { ...after.position, seq: 0 }
    assert.deepEqual(lost, { ok: false, position: after.position, oldest })
    const kept = await restored.log.read('news', { ...after.position, seq: 0 }, 10)
    assert.ok(kept.ok)
    assert.deepEqual(
      kept.entries.map(({ value }) => value.position),
      [1, 2, 3, 4].map((seq) => ({ epoch: after.position.epoch, seq })),
    )
    // And again once the filer has moved everything.
    await restored.settle()
    assert.deepEqual(await contents(restored), after)
    const again = await Feeder.connect(restored.log)
    assert.equal((await restored.log.producer('news', 'producer-a')).stored, 7)
    const [entry] = await again.store(cueEvent(8, 3, 50))
    assert.deepEqual(entry?.value.position, { epoch: after.position.epoch, seq: 5 })
  })

  it('shares what has not changed with the one before, and each is whole without the other', async () => {
    await using folder = await temporaryFolder()
    const data = path.join(folder.path, 'data')
    await addChannel(data, 'news')
    await using storage = await openSqliteStorage({ dataDir: data, fileEveryMs: null })
    const feeder = await Feeder.connect(storage.log)
    const lastMonth = { at: '2026-10-02T10:00:00.000Z' }
    const early = { start: '2026-10-02T10:00:00.000Z', end: '2026-10-02T10:00:01.000Z' }
    await feeder.store(runEvent(1), cueEvent(2, 1, 0, early), binEvent(3, 0, lastMonth))
    await storage.settle()
    const first = make(data, folder.path, 0)
    await feeder.store(cueEvent(4, 2, 10), binEvent(5, 10))
    await storage.settle()
    const second = make(data, folder.path, 1000)
    assert.equal(second.files, first.files + 2, 'a month and a file of bytes are new')
    assert.ok(second.shared >= 2, 'ccr.db or the old month, and the old file of bytes')
    const [bin] = globSync('bin/**/*.zst', { cwd: first.folder })
    assert.ok(bin !== undefined)
    assert.equal(
      statSync(path.join(second.folder, bin)).ino,
      statSync(path.join(first.folder, bin)).ino,
    )
    rmSync(first.folder, { recursive: true })
    const copy = path.join(folder.path, 'restored')
    restore({ backup: second.folder, dataDir: copy, onFile: () => undefined })
    await using restored = await openSqliteStorage({ dataDir: copy, fileEveryMs: null })
    assert.equal((await contents(restored)).cues.length, 2)
  })

  it('holds the filer back, so that no volume has what its log does not know', async () => {
    await using folder = await temporaryFolder()
    const data = path.join(folder.path, 'data')
    await addChannel(data, 'news')
    await using storage = await openSqliteStorage({ dataDir: data, fileEveryMs: null })
    const feeder = await Feeder.connect(storage.log)
    await feeder.store(runEvent(1))
    let id = 0
    for (let round = 0; round < 5; round++) {
      for (let n = 0; n < 20; n++) await feeder.store(cueEvent(++id + 1, id, id))
      const settled = storage.settle()
      const made = make(data, folder.path, round * 1000)
      await settled
      const copy = path.join(folder.path, `restored-${round}`)
      restore({ backup: made.folder, dataDir: copy, onFile: () => undefined })
      await using restored = await openSqliteStorage({ dataDir: copy, fileEveryMs: null })
      const { cues, position } = await contents(restored)
      assert.equal(cues.length, position.seq)
    }
  })

  it('keeps retention out until it has every file, and is kept out by it', async () => {
    await using folder = await temporaryFolder()
    const data = path.join(folder.path, 'data')
    await addChannel(data, 'news')
    await using storage = await openSqliteStorage({ dataDir: data, fileEveryMs: null })
    const feeder = await Feeder.connect(storage.log)
    await feeder.store(runEvent(1), cueEvent(2, 1, 10), binEvent(3, 10))
    await storage.settle()
    const forget = (): Promise<string> =>
      storage.archive.forget('news', at(7200), () => Promise.resolve())
    for (const file of [keepingLockFile(data), filingLockFile(data)]) {
      using lock = new FolderLock(file)
      assert.ok(lock.take())
      assert.equal(await forget(), 'busy')
      await storage.settle()
    }
    assert.equal((await contents(storage)).cues.length, 1)
    assert.equal(await forget(), 'forgotten')
    assert.equal((await contents(storage)).cues.length, 0)
  })

  it('is refused when it is damaged, cut, of the future, or would be put over something', async () => {
    await using folder = await temporaryFolder()
    const data = path.join(folder.path, 'data')
    await addChannel(data, 'news')
    await using storage = await openSqliteStorage({ dataDir: data, fileEveryMs: null })
    const feeder = await Feeder.connect(storage.log)
    await feeder.store(runEvent(1), cueEvent(2, 1, 10), binEvent(3, 10))
    await storage.settle()
    const { folder: copy } = make(data, folder.path, 0)
    const fresh = path.join(folder.path, 'new')
    const [bin = ''] = globSync('bin/**/*.zst', { cwd: copy })
    const manifest = path.join(copy, 'manifest.jsonl')
    const damages: [string, (bytes: Buffer) => Buffer | null, RegExp][] = [
      [bin, flip, /is not what was backed up/],
      [bin, () => null, /is missing, and the manifest lists it/],
      ['log.db', flip, /is not what was backed up/],
      ['manifest.jsonl', (bytes) => bytes.subarray(0, bytes.length - 40), /is damaged/],
      [
        'manifest.jsonl',
        (bytes) => Buffer.from(bytes.toString().replace('"format":1', '"format":9')),
        /format 9, and this program knows formats up to 1/,
      ],
      [
        'manifest.jsonl',
        (bytes) => Buffer.from(bytes.toString().replace('"path":"bin/', '"path":"bin/../../')),
        /is damaged/,
      ],
    ]
    for (const [name, damage, message] of damages) {
      const file = path.join(copy, name)
      const bytes = readFileSync(file)
      const changed = damage(bytes)
      if (changed === null) rmSync(file)
      else writeFileSync(file, changed)
      const tried = run(['restore', copy, '--data', fresh])
      assert.equal(await tried.ended, 1, name)
      assert.match(tried.stderr(), message)
      assert.equal(tried.stderr().trimEnd().split('\n').length, 1)
      assert.equal(existsSync(fresh), false, 'nothing was made')
      writeFileSync(file, bytes)
    }
    assert.ok(existsSync(manifest))
    mkdirSync(fresh)
    writeFileSync(path.join(fresh, 'notes.txt'), '')
    const wrong: [string[], RegExp][] = [
      [['restore', copy, '--data', fresh], /is not empty \(notes.txt\); restore into a new folder/],
      [['restore', folder.path, '--data', `${fresh}2`], /holds no backup/],
      [['backup', path.join(data, 'backups'), '--data', data], /is within the data folder/],
      [['backup', path.join(folder.path, 'b'), '--data', fresh], /is no data folder/],
    ]
    for (const [args, message] of wrong) {
      const tried = run(args)
      assert.equal(await tried.ended, 1, args.join(' '))
      assert.match(tried.stderr(), message)
      assert.equal(tried.stderr().trimEnd().split('\n').length, 1)
    }
  })
})

function make(data: string, folder: string, ms: number): BackupResult {
  return backUp({
    ...{ dataDir: data, destination: path.join(folder, 'backups'), version: '0.0.0' },
    ...{ nowMs: Date.parse(at(0)) + ms, onFile: () => undefined },
  })
}

function flip(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes)
  const middle = bytes.length >> 1
  changed[middle] = (changed[middle] ?? 0) ^ 1
  return changed
}

async function contents({ archive }: SqliteStorage) {
  const range = { from: null, to: null }
  const page = await archive.cues({
    ...{ channel: 'news', ...range, tracks: null, order: 'oldest' as const },
    ...{ cursor: null, limit: 1000, run: null },
  })
  const bytes: string[] = []
  for await (const { data } of archive.bin('news', range, AbortSignal.timeout(10_000)))
    bytes.push(Buffer.from(data).toString())
  return {
    ...{ cues: page.cues, position: page.position, bytes },
    airings: await archive.airings('news', range, 10),
    gaps: await archive.gaps('news', range, 10),
  }
}
