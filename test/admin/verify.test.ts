import assert from 'node:assert/strict'
import { globSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { openSqliteStorage } from '../../src/server/engines/sqlite/sqlite-storage.ts'
import { verify, type Verdict } from '../../src/server/engines/sqlite/admin/verify/verify.ts'
import { parseCueBlock } from '../../src/server/engines/sqlite/volumes/cue-block.ts'
import { VolumeWriter } from '../../src/server/engines/sqlite/volumes/volume-writer.ts'
import { monthOf } from '../../src/server/engines/sqlite/volumes/months.ts'
import { formatRcwtGroup } from '../../src/captions/rcwt.ts'
import {
  airingEvent,
  binEvent,
  cueEvent,
  Feeder,
  gapEvent,
  noonMs,
  rejectLine,
  runEvent,
} from '../conformance/events.ts'
import { addChannel, run, temporaryFolder } from '../support/processes.ts'

const rcwt = Buffer.from(
  formatRcwtGroup({ fts: 10_000, triplets: Uint8Array.of(4, 0x94, 0x20) }),
).toString('base64')
const october = { start: '2026-10-02T10:00:00.000Z', end: '2026-10-02T10:00:01.000Z' }

describe('ccr verify', () => {
  it('finds nothing wrong with a folder that is used, before, while and after its log is filed', async () => {
    await using folder = await temporaryFolder()
    const { data } = await fill(folder.path, false)
    assert.deepEqual(check(data).problems, [])
    await using storage = await openSqliteStorage({ dataDir: data, fileEveryMs: null })
    const feeder = await Feeder.connect(storage.log)
    for (let n = 0; n < 5; n++) {
      const filing = storage.settle()
      await feeder.store(cueEvent(10 + n, 20 + n, 100 + n))
      const { problems, counts } = check(data)
      assert.deepEqual(problems, [])
      assert.ok((counts['cues in the log'] ?? 0) > n)
      await filing
    }
    await storage.settle()
    const { counts, problems } = check(data)
    assert.deepEqual(problems, [])
    assert.equal(counts['cues in volumes'], 8)
    assert.equal(counts['BIN files'], 2)
  })

  it('tells what it has counted, as a table or as JSON, and ends with 1 when something is wrong', async () => {
    await using folder = await temporaryFolder()
    const { data } = await fill(folder.path, true)
    const good = run(['verify', '--data', data])
    assert.equal(await good.ended, 0, good.stdout())
    assert.match(good.stdout(), /cues in volumes +3\n[^]*everything is as it must be\n$/)
    const [bin = ''] = globSync('bin/**/*.zst', { cwd: data })
    rmSync(path.join(data, bin))
    const bad = run(['verify', '--data', data, '--json'])
    assert.equal(await bad.ended, 1)
    const verdict = JSON.parse(bad.stdout()) as Verdict
    assert.match(verdict.problems[0] ?? '', /is missing, and a volume names it; restore the folder/)
    assert.match(bad.stderr(), /^ccr: 1 problem was found in .*\n$/)
    const none = run(['verify', '--data', folder.path])
    assert.equal(await none.ended, 1)
    assert.match(none.stderr(), /is no data folder/)
  })

  const damages: [string, (data: string) => void, RegExp][] = [
    [
      'a byte of a block of cues',
      (data) =>
        sql(data, volume, (db) => {
          const row = db.prepare('SELECT key, cues FROM block ORDER BY key LIMIT 1').get()
          const cues = Buffer.from(row?.['cues'] as Uint8Array)
          cues[cues.length - 10] = (cues.at(-10) ?? 0) ^ 1
          db.prepare('UPDATE block SET cues = ? WHERE key = ?').run(cues, Number(row?.['key']))
        }),
      /2026-11.db: the cues of 2026-11-10T12:00 on news cannot be read/,
    ],
    [
      'a page of a volume',
      (data) => {
        const file = path.join(data, volume)
        sql(data, volume, (db) => db.exec('PRAGMA journal_mode = DELETE'))
        const bytes = readFileSync(file)
        bytes.fill(0xff, 1024 * 3, 1024 * 4)
        writeFileSync(file, bytes)
      },
      /2026-11.db (is damaged|cannot be read)/,
    ],
    [
      'a volume that is rubbish',
      (data) => writeFileSync(path.join(data, volume), 'x'.repeat(5000)),
      /2026-11.db cannot be read to its end: the file is not a database/,
    ],
    [
      'a volume that is gone',
      (data) => rmSync(path.join(data, volume)),
      /nothing of it is in the volume of 2026-11, which is listed/,
    ],
    [
      'a cue in two volumes',
      (data) => {
        const [cue] = sql(data, volume, (db) =>
          parseCueBlock(
            'news',
            db.prepare('SELECT cues FROM block ORDER BY key').get()?.['cues'] as Uint8Array,
          ),
        )
        assert.ok(cue !== undefined)
        const other = new VolumeWriter(
          path.join(data, 'archive/2026-10.db'),
          monthOf(Date.parse(october.start)),
        )
        other.transaction(() => other.addCues('news', [{ ...cue, ...october }]))
        other.close()
      },
      /is in the volumes more than once/,
    ],
    [
      'a position given out twice',
      (data) =>
        sql(data, volume, (db) =>
          db.exec(
            "UPDATE span SET seq = 1, value = json_set(value, '$.position.seq', 1) WHERE kind = 1",
          ),
        ),
      /the gap g of news has position 1, which something else has too/,
    ],
    [
      'a block that is gone',
      (data) => sql(data, volume, (db) => db.exec('DELETE FROM block')),
      /run-1 CC1 should have cues 1-3, and 1-3 were found|is filed, and no volume has it/,
    ],
    [
      'a block in another slot',
      (data) => sql(data, volume, (db) => db.exec('UPDATE block SET key = key + 1024')),
      /starts at .* and lies with the cues of/,
    ],
    [
      'a row of the log that is gone',
      (data) => sql(data, 'log.db', (db) => db.exec('DELETE FROM entry WHERE seq = 2')),
      /its log has no position 2, and goes on at 3/,
    ],
    [
      'a tip that is too low',
      (data) => sql(data, 'log.db', (db) => db.exec('UPDATE channel SET tip = 2, filed = 2')),
      /should at 2|the log ends at 2/,
    ],
    [
      'a run whose cues are not known',
      (data) => sql(data, 'log.db', (db) => db.exec("UPDATE run_track SET cues = '[[1,2]]'")),
      /should have cues 1-2, and 1-3 were found/,
    ],
    [
      'a shelf that is gone',
      (data) => sql(data, 'log.db', (db) => db.exec('DELETE FROM shelf WHERE month % 12 = 10')),
      /volume of 2026-11, which is not listed/,
    ],
    [
      'a producer that never was',
      (data) => sql(data, 'log.db', (db) => db.exec('UPDATE producer SET received = 3')),
      /line 9 of producer producer-a was never received/,
    ],
    [
      'a chunk number that was not counted',
      (data) => sql(data, 'log.db', (db) => db.exec('UPDATE channel SET bins = 1')),
      /it has chunk 2 of bytes, and counted to 1/,
    ],
    [
      'an airing that is gone',
      (data) => {
        sql(data, volume, (db) => db.exec('DELETE FROM span WHERE kind = 0'))
        sql(data, 'log.db', (db) =>
          db.exec('DELETE FROM airing; UPDATE entry SET kind = 3 WHERE kind = 1'),
        )
      },
      /names the airing a, which is nowhere/,
    ],
    [
      'a byte of a BIN file',
      (data) => {
        const file = binFile(data)
        const bytes = readFileSync(file)
        bytes[bytes.length - 6] = (bytes.at(-6) ?? 0) ^ 1
        writeFileSync(file, bytes)
      },
      /rcwt.zst cannot be read/,
    ],
    [
      'a cut BIN file',
      (data) => writeFileSync(binFile(data), readFileSync(binFile(data)).subarray(4)),
      /bytes, and its volume says/,
    ],
    [
      'a BIN file of nobody',
      (data) => {
        mkdirSync(path.join(data, 'bin/news/2026-01-01'), { recursive: true })
        const file = path.join(data, 'bin/news/2026-01-01/00-x.1.rcwt.zst')
        writeFileSync(file, 'x')
        utimesSync(file, 1, 1)
      },
      /is named by no volume/,
    ],
    [
      'a log of the future',
      (data) => sql(data, 'log.db', (db) => db.exec('PRAGMA user_version = 99')),
      /log.db has schema version 99.*made by a newer ccr/,
    ],
    [
      'a volume of the future',
      (data) => sql(data, volume, (db) => db.exec('PRAGMA user_version = 99')),
      /2026-11.db has schema version 99/,
    ],
    [
      'a directory of the future',
      (data) => sql(data, 'ccr.db', (db) => db.exec('PRAGMA user_version = 99')),
      /ccr.db has schema version 99/,
    ],
    [
      'a channel that makes no sense',
      (data) => sql(data, 'ccr.db', (db) => db.exec("UPDATE channel SET value = '{}'")),
      /the channel news is not valid/,
    ],
  ]
  for (const [name, damage, message] of damages)
    it(`finds ${name}`, async () => {
      await using folder = await temporaryFolder()
      const { data } = await fill(folder.path, true)
      assert.deepEqual(check(data).problems, [])
      damage(data)
      const { ok, problems } = check(data)
      assert.equal(ok, false)
      assert.ok(
        problems.some((problem) => message.test(problem)),
        problems.join('\n'),
      )
    })
})

const volume = 'archive/2026-11.db'

async function fill(folder: string, file: boolean): Promise<{ data: string }> {
  const data = path.join(folder, 'data')
  await addChannel(data, 'news')
  await using storage = await openSqliteStorage({ dataDir: data, fileEveryMs: null })
  const feeder = await Feeder.connect(storage.log)
  await feeder.store(
    ...[runEvent(1), airingEvent(2, 'a', 0, 500), cueEvent(3, 1, 10), cueEvent(4, 2, 20)],
    ...[gapEvent(5, 'g', 30, 40), binEvent(6, 10, { format: 'rcwt', data: rcwt })],
    ...[binEvent(7, 3700, { format: 'rcwt', data: rcwt }), cueEvent(8, 3, 90), rejectLine(9)],
  )
  if (file) await storage.settle()
  return { data }
}

function check(dataDir: string): Verdict {
  return verify({ dataDir, nowMs: Math.max(Date.now(), noonMs), onCount: () => undefined })
}

function binFile(data: string): string {
  const [name = ''] = globSync('bin/**/12-*.zst', { cwd: data })
  return path.join(data, name)
}

function sql<T>(data: string, name: string, work: (db: DatabaseSync) => T): T {
  using db = new DatabaseSync(path.join(data, name))
  return work(db)
}
