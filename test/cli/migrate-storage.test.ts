import assert from 'node:assert/strict'
import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, it } from 'node:test'
import { Postgres } from '../../src/server/engines/postgres/database.ts'
import { openPostgresAccounts } from '../../src/server/engines/postgres/postgres-accounts.ts'
import { PostgresAlerts } from '../../src/server/engines/postgres/postgres-alerts.ts'
import { openPostgresDirectory } from '../../src/server/engines/postgres/postgres-directory.ts'
import { openSqliteReading } from '../../src/server/engines/sqlite/sqlite-reading.ts'
import { openSqliteStorage } from '../../src/server/engines/sqlite/sqlite-storage.ts'
import { readContents } from '../../src/server/engines/move/compare.ts'
import { moveStorage, type MoveReport } from '../../src/server/engines/move/move-storage.ts'
import type { Archive } from '../../src/server/ports/archive.ts'
import { at, cueEvent, Feeder, runEvent } from '../conformance/events.ts'
import { openArchive } from '../engines/postgres/archive-rig.ts'
import { checkPassages } from '../engines/postgres/check-passages.ts'
import { startPostgres, withoutPostgres, type TestPostgres } from '../support/database.ts'
import { fillFolder, migrate, migrateAndKill } from '../support/moved-folder.ts'
import { run, temporaryFolder, type Folder } from '../support/processes.ts'
import { createRandom } from '../support/random.ts'

describe('ccr migrate-storage', { skip: withoutPostgres }, () => {
  let server: TestPostgres
  let folder: Folder
  let data: string
  let token: string
  before(async () => {
    server = await startPostgres()
    folder = await temporaryFolder()
    data = path.join(folder.path, 'data')
    token = (await fillFolder(data)).admin
  })
  after(async () => {
    await folder[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  const move = (databaseUrl: string, verify = false): Promise<MoveReport> =>
    moveStorage({ dataDir: data, databaseUrl, s3: null, verify, onProgress: () => undefined })

  it('moves everything, also when it is killed, and producers go on where they were', async () => {
    const seed = Date.now() % 100_000
    const url = await server.newDatabase()
    assert.ok(await migrateAndKill(data, url, 1 + createRandom(seed).below(8)), `seed ${seed}`)
    const moved = await migrate(data, url)
    assert.equal(moved.code, 0, `seed ${seed}: ${moved.stderr}`)
    assert.match(moved.stdout, /everything is there, and is the same/)
    assert.match(moved.stdout, /^news +3999 +2 +/m)

    await using rig = await openArchive(url)
    const { database } = rig
    await using reading = await openSqliteReading(data)
    assert.ok(reading !== undefined)
    for (const channel of ['news', 'sport']) {
      const expected = await readContents(reading, channel)
      assert.deepEqual(await readContents(rig.archive, channel), expected, `seed ${seed}`)
      assert.deepEqual(await cueLines(rig.archive, channel), await cueLines(reading, channel))
      assert.ok(expected.bytes.count > 0)
    }
    const { rows } = await database.query('SELECT count(*) AS n FROM bin_chunk')
    assert.deepEqual(rows, [{ n: 0 }], 'original bytes are put away')
    assert.deepEqual((await database.query('SELECT seq, line FROM reject')).rows, [
      { seq: 4011, line: '{"type":"zebra"}' },
    ])

    await checkPassages(database)

    // What a tuner has in its spool is stored once; what is new follows.
    const feeder = await Feeder.connect(rig.log)
    const { received } = await rig.log.producer('news', 'producer-a')
    assert.equal(received, 4011)
    assert.deepEqual(await feeder.store(cueEvent(4001, 3998, 3998)), [])
    const tip = await rig.log.tip('news')
    const [entry] = await feeder.store(cueEvent(4012, 5000, 5000))
    assert.deepEqual(entry?.value.position, { epoch: tip.epoch, seq: tip.seq + 1 })
    const other = await Feeder.connect(rig.log, 'news', 'producer-b')
    const again = await other.send(cueEvent(1, 3998, 3998))
    assert.ok(again.ok && again.duplicates === 1, 'a cue is known by its run, track and number')

    const late = await migrate(data, url, ['--verify'])
    assert.equal(late.code, 1, 'what came since is a difference')
    assert.match(late.stderr, /news: cues differ/)
    await using unset = run(['migrate-storage', '--data', data])
    assert.equal(await unset.ended, 2)
    assert.match(unset.stderr(), /CCR_DATABASE_URL: /)
    const away = await migrate(data, 'postgres://ccr:secret-word@127.0.0.1:1/ccr')
    assert.equal(away.code, 1)
    assert.match(away.stderr, /storage does not answer: .*run it again/)
    assert.doesNotMatch(away.stderr, /secret-word/)
  })

  it('moves people, tokens and alerts, and tells what is another there', async () => {
    const url = await server.newDatabase()
    assert.deepEqual(differences(await move(url)), [])
    assert.deepEqual(differences(await move(url, true)), [])
    await using database = new Postgres({ url })
    {
      await using directory = await openPostgresDirectory({ database, beatEveryMs: null })
      await using accounts = await openPostgresAccounts({ database, beatEveryMs: null })
      assert.equal(directory.check(token)?.scope, 'own')
      assert.deepEqual(
        accounts.users().map(({ email }) => email),
        ['admin@example.org'],
      )
      const [person] = accounts.users()
      const alerts = await new PostgresAlerts(database).alerts(null)
      assert.deepEqual(
        alerts.map(({ id, owner }) => [id, owner]),
        [['a1', person?.id]],
      )
    }
    await database.query("UPDATE person SET email = 'other@example.org'")
    await database.query("UPDATE cue SET text = 'OTHER' WHERE id = 77")
    await database.query('DELETE FROM gap')
    assert.deepEqual(differences(await move(url)), [
      ...['news cues', 'news gaps', 'news coverage', 'people 1', 'tokens 1'],
    ])
  })

  it('refuses a folder that is served, one that has changed, and a database with other captions', async () => {
    const url = await server.newDatabase()
    await assert.rejects(
      moveStorage({
        ...{ dataDir: path.join(folder.path, 'none'), databaseUrl: url },
        ...{ s3: null, verify: false, onProgress: () => undefined },
      }),
      /is no data folder/,
    )
    {
      await using rig = await openArchive(url)
      await (await Feeder.connect(rig.log, 'sport')).store(runEvent(1), cueEvent(2, 1, 0))
    }
    await assert.rejects(
      move(url),
      /the database holds captions of sport that are not of this folder/,
    )
    {
      await using storage = await openSqliteStorage({ dataDir: data, fileEveryMs: null })
      await assert.rejects(move(url), /a server runs on .*stop it first/)
      await (await Feeder.connect(storage.log)).store(cueEvent(4012, 5000, 5000))
    }
    await assert.rejects(move(url), /news has changed in the folder since its move began/)
  })

  it('goes on without an hour of original bytes that cannot be read, and tells of it', async () => {
    const file = new DatabaseSync(path.join(data, 'archive', '2026-11.db'))
    const name = String(file.prepare('SELECT path FROM bin_file LIMIT 1').get()?.['path'])
    file.close()
    const full = path.join(data, 'bin', name)
    assert.ok(readFileSync(full).length > 0)
    rmSync(full)
    const report = await move(await server.newDatabase())
    assert.deepEqual(differences(report), [])
    assert.match(report.channels[0]?.losses[0] ?? '', /cannot be read/)
  })
})

function differences({ channels, tables }: MoveReport): string[] {
  return [
    ...channels.flatMap(({ channel, different }) => different.map((kind) => `${channel} ${kind}`)),
    ...tables
      .filter(({ different }) => different.length > 0)
      .map(({ title, different }) => `${title} ${different.length}`),
  ]
}

async function cueLines(archive: Archive, channel: string): Promise<string[]> {
  const query = { channel, from: at(3900), to: null, tracks: null, run: null } as const
  const page = await archive.cues({ ...query, order: 'newest', cursor: null, limit: 200 })
  return page.cues.map(({ start, run: name, id, text, position }) =>
    [start, name, id, text, position.seq].join(' '),
  )
}
