import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { openSqliteStorage } from '../../src/server/engines/sqlite/sqlite-storage.ts'
import { cueEvent, Feeder, runEvent } from '../conformance/events.ts'
import { addChannel, run, temporaryFolder } from '../support/processes.ts'

describe('a data folder', () => {
  it('of a newer program is refused by every command that opens it, in one sentence', async () => {
    await using folder = await temporaryFolder()
    const data = path.join(folder.path, 'data')
    await addChannel(data, 'news')
    {
      await using storage = await openSqliteStorage({ dataDir: data, fileEveryMs: null })
      const feeder = await Feeder.connect(storage.log)
      await feeder.store(runEvent(1), cueEvent(2, 1, 10))
      await storage.settle()
    }
    const serve = ['serve', '--port', '0']
    const backup = ['backup', path.join(folder.path, 'backups')]
    const commands: [string, string[][]][] = [
      ['log.db', [serve, backup]],
      ['archive/2026-11.db', [serve, backup]],
      [
        'ccr.db',
        [
          serve,
          backup,
          ['channel', 'list'],
          ['token', 'list'],
          ['channel', 'add', 'x', '--name', 'X'],
        ],
      ],
    ]
    for (const [name, all] of commands) {
      const version = setVersion(path.join(data, name), 99)
      for (const args of all) {
        const tried = run([...args, '--data', data], { CCR_LOG_LEVEL: 'silent' })
        assert.equal(await tried.ended, 1, `${name}: ${args.join(' ')}`)
        assert.match(tried.stderr(), /has schema version 99, and this program knows versions up to/)
        assert.match(tried.stderr(), /made by a newer ccr: install that one/)
        assert.equal(tried.stderr().trimEnd().split('\n').length, 1, tried.stderr())
        assert.equal(tried.stdout(), '')
      }
      setVersion(path.join(data, name), version)
    }
    assert.ok(
      !readdirSync(folder.path).includes('backups') ||
        readdirSync(path.join(folder.path, 'backups')).every((name) => name.endsWith('.part')),
    )
  })

  it('that cannot be is an error at once, wherever it should lie', async () => {
    await using folder = await temporaryFolder()
    const file = path.join(folder.path, 'file')
    writeFileSync(file, 'x')
    const strange = [
      file,
      path.join(file, 'x'),
      '/dev/null/x',
      '/proc/x',
      '/proc/x/y',
      '/sys/x',
      '/proc',
    ]
    for (const data of strange)
      for (const args of [
        ['serve', '--port', '0'],
        ['channel', 'list'],
        ['verify'],
        ['backup', path.join(folder.path, 'b')],
      ]) {
        await using tried = run([...args, '--data', data], { CCR_LOG_LEVEL: 'silent' })
        const late = new Promise((resolve) => setTimeout(resolve, 15_000, 'late').unref())
        assert.equal(await Promise.race([tried.ended, late]), 1, `${args.join(' ')} ${data}`)
        assert.equal(tried.stderr().trimEnd().split('\n').length, 1, tried.stderr())
        assert.ok(tried.stderr().includes(data), tried.stderr())
      }
    await using tried = run(['backup', '/proc/x', '--data', folder.path])
    assert.equal(await tried.ended, 1)
  })
})

function setVersion(file: string, version: number): number {
  using db = new DatabaseSync(file)
  const known = Number(db.prepare('PRAGMA user_version').get()?.['user_version'])
  db.exec(`PRAGMA user_version = ${version}`)
  return known
}
