import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { isStorageDown } from '../../../src/protocol/codes.ts'
import { Postgres } from '../../../src/server/engines/postgres/database.ts'
import { migrate } from '../../../src/server/engines/postgres/migrations.ts'
import { startPostgres, withoutPostgres, type TestPostgres } from '../../support/database.ts'
import { until } from '../../support/processes.ts'

describe('PostgreSQL', { skip: withoutPostgres }, () => {
  let server: TestPostgres
  before(async () => void (server = await startPostgres()))
  after(() => server[Symbol.asyncDispose]())

  it('reads bigint as numbers, and undoes what a transaction did when it fails', async () => {
    await using database = new Postgres({ url: await server.newDatabase() })
    await database.query('CREATE TABLE t (n bigint)')
    await assert.rejects(
      database.transaction(async (client) => {
        await client.query('INSERT INTO t VALUES (1)')
        await client.query('SELECT no_such_column FROM t')
      }),
      /no_such_column/,
    )
    await database.transaction((client) => client.query('INSERT INTO t VALUES (1764354492000)'))
    const { rows } = await database.query('SELECT n FROM t')
    assert.deepEqual(rows, [{ n: 1_764_354_492_000 }])
    assert.equal(database.health().ok, true)
  })

  it('checks the server’s certificate', async () => {
    const url = await server.newDatabase()
    await using database = new Postgres({ url: server.withTls(url) })
    const { rows } = await database.query(
      'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
    )
    assert.deepEqual(rows, [{ ssl: true }])
    await using other = new Postgres({ url: `${url}?sslmode=verify-full` })
    await assert.rejects(other.query('SELECT 1'), isStorageDown)
  })

  it('migrates once, though two start at the same moment, and refuses a newer database', async () => {
    const url = await server.newDatabase()
    await using one = new Postgres({ url })
    await using two = new Postgres({ url })
    const first = { name: 'things', steps: ['CREATE TABLE thing (n integer)'] }
    await Promise.all([migrate(one, [first]), migrate(two, [first])])
    const second = { ...first, steps: [...first.steps, 'ALTER TABLE thing ADD m integer'] }
    await migrate(two, [second])
    assert.deepEqual((await one.query('SELECT n, m FROM thing')).rows, [])
    await assert.rejects(migrate(one, [first]), /newer ccr \(things 2, known up to 1\)/)
  })

  it('says that it is away, hears notifications, and does again after a kill', async () => {
    const url = await server.newDatabase()
    await using database = new Postgres({ url })
    await using other = new Postgres({ url })
    const heard: string[] = []
    const stop = new AbortController()
    database.listen('news', (payload) => heard.push(payload), stop.signal)
    await until('it listens', () => heard.length > 0)
    await other.query("SELECT pg_notify('news', 'one')")
    await until('one', () => heard.includes('one'))
    await server.signal('SIGKILL')
    await assert.rejects(other.query('SELECT 1'), isStorageDown)
    assert.match(other.health().problems[0] ?? '', /^PostgreSQL: /)
    const before = heard.length
    await server.restart()
    await until('it listens again, and says that something may have been missed', () =>
      heard.slice(before).includes(''),
    )
    await other.query("SELECT pg_notify('news', 'two')")
    await until('two', () => heard.includes('two'))
    assert.equal(other.health().ok, true)
    stop.abort()
  })
})
