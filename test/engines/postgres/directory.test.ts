import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { isStorageDown } from '../../../src/protocol/codes.ts'
import { openPostgresDirectory } from '../../../src/server/engines/postgres/postgres-directory.ts'
import { Postgres } from '../../../src/server/engines/postgres/database.ts'
import { directoryTables } from '../../../src/server/engines/postgres/directory/directory-tables.ts'
import { migrate } from '../../../src/server/engines/postgres/migrations.ts'
import type { Directory } from '../../../src/server/ports/directory.ts'
import { channelRecord, directoryConformance } from '../../conformance/directory.conformance.ts'
import { sharedDirectoryConformance } from '../../conformance/shared-directory.conformance.ts'
import { startPostgres, withoutPostgres, type TestPostgres } from '../../support/database.ts'
import { until } from '../../support/processes.ts'
import { openOn, openPair, PeopleDatabase } from './people-database.ts'

/** Counts what it asks the server. */
class CountingPostgres extends Postgres {
  queries = 0
  override query: Postgres['query'] = (...args) => {
    this.queries++
    return super.query(...args)
  }
}

describe('PostgreSQL keeps the directory', { skip: withoutPostgres }, () => {
  let server: TestPostgres
  before(async () => void (server = await startPostgres()))
  after(() => server[Symbol.asyncDispose]())

  const people = new PeopleDatabase(() => server)
  const open = (
    url: string,
    now?: () => number,
    beatEveryMs: number | null = null,
  ): Promise<Directory> =>
    openOn(url, (database) => openPostgresDirectory({ database, now, beatEveryMs }))

  directoryConformance('postgres', async (now) => open(await people.empty(), now))
  sharedDirectoryConformance('postgres', async () => {
    const url = await people.empty()
    return openPair(() => open(url))
  })

  it('reads on and refuses changes while the server is dead, and follows again after a kill', async () => {
    const url = await people.empty()
    await using one = await open(url)
    await using two = await open(url)
    await one.createChannel(channelRecord('news'))
    const { token } = await one.createToken('read', '', null)
    await until('two knows', () => two.check(token) !== undefined)
    await server.signal('SIGKILL')
    await assert.rejects(one.createChannel(channelRecord('late')), isStorageDown)
    assert.deepEqual(one.channels(), [channelRecord('news')])
    assert.ok(one.check(token))
    assert.equal(one.check('ccr_unknown'), undefined)
    await one.settle()
    await server.restart()
    await until('changes are possible', async () => {
      try {
        return (await one.createChannel(channelRecord('again'))) === 'created'
      } catch (error) {
        assert.ok(isStorageDown(error))
        return false
      }
    })
    await until('two follows again', () => two.channel('again') !== undefined)
    assert.ok(two.check(token), 'nothing that was said to be made is lost')
  })

  it('misses nothing while its ear is cut off, nor when the journal has forgotten', async () => {
    const url = await people.empty()
    await using database = new Postgres({ url })
    await using one = await open(url)
    await using two = await open(url)
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'`,
    )
    await one.createChannel(channelRecord('a'))
    await until('a', () => two.channel('a') !== undefined)
    // Made behind its back, without a word of it in the journal that it has read up to.
    await database.query(`INSERT INTO channel VALUES ('b', $1)`, [
      JSON.stringify(channelRecord('b')),
    ])
    await database.query(`INSERT INTO directory_change (kind, id) VALUES ('token', 'none')`)
    await database.query(
      'DELETE FROM directory_change WHERE version < (SELECT max(version) FROM directory_change)',
    )
    await two.settle()
    assert.deepEqual(two.channel('b'), channelRecord('b'))
  })

  it('asks the server a few times a second, however many secrets are guessed', async () => {
    const url = await people.empty()
    await using database = new CountingPostgres({ url })
    await using directory = await openPostgresDirectory({ database, beatEveryMs: null })
    const before = database.queries
    const startMs = performance.now()
    const guesses = Array.from({ length: 2000 }, async (_, n) => {
      if (directory.check(`ccr_guess${n}`) === undefined) await directory.settle()
    })
    await Promise.all(guesses)
    for (let n = 0; n < 5; n++) await directory.settle()
    const tenths = (performance.now() - startMs) / 100
    assert.ok(database.queries > before)
    assert.ok(database.queries - before <= tenths + 2, `${database.queries - before} queries`)
  })

  it('writes uses in batches, and tells other nodes of them', async () => {
    const url = await people.empty()
    await using database = new Postgres({ url })
    let nowMs = Date.now()
    const now = (): number => nowMs
    await using one = await open(url, now, 20)
    await using two = await open(url, now, 20)
    const { token } = await one.createToken('read', '', null)
    const used = new Date(nowMs).toISOString()
    for (let n = 0; n < 100; n++) one.check(token)
    await until('two knows of the use', () => two.tokens()[0]?.lastUsedAt === used)
    nowMs += 59_999
    one.check(token)
    assert.equal(one.tokens()[0]?.lastUsedAt, used, 'to the minute')
    nowMs += 1
    one.check(token)
    const later = new Date(nowMs).toISOString()
    await until('two knows of the next', () => two.tokens()[0]?.lastUsedAt === later)
    const { rows } = await database.query('SELECT used FROM token')
    assert.deepEqual(rows, [{ used: nowMs }])
  })

  it('keeps no token’s text, and every note as far as a database can', async () => {
    const url = await people.empty()
    await using database = new Postgres({ url })
    await using directory = await open(url)
    const { token } = await directory.createToken('admin', 'nul \0 and half \uD83D.', null)
    assert.equal(directory.tokens()[0]?.note, 'nul \uFFFD and half \uFFFD.')
    const tables = await database.query('SELECT token::text AS row FROM token')
    const changes = await database.query('SELECT c::text AS row FROM directory_change c')
    const text = JSON.stringify([...tables.rows, ...changes.rows])
    assert.ok(text.includes(directory.tokens()[0]?.id ?? '?'))
    assert.equal(text.includes(token.slice(4)), false)
  })

  it('refuses a damaged row at its start, and tables of a newer program', async () => {
    const url = await people.empty()
    await using database = new Postgres({ url })
    await database.query(`INSERT INTO channel VALUES ('bad', '{"id":"bad"}')`)
    await assert.rejects(open(url), /name/, 'a damaged row is told at the start')
    await database.query(`UPDATE ccr_part SET version = 99 WHERE name = 'directory'`)
    await assert.rejects(migrate(database, [directoryTables]), /newer ccr \(directory 99/)
  })
})
