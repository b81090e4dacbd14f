import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { isStorageDown } from '../../../src/protocol/codes.ts'
import { PostgresLeadership } from '../../../src/server/engines/postgres/postgres-leadership.ts'
import { Postgres } from '../../../src/server/engines/postgres/database.ts'
import { fence } from '../../../src/server/engines/postgres/leadership/fence.ts'
import { leaderTables } from '../../../src/server/engines/postgres/leadership/leader-tables.ts'
import { migrate } from '../../../src/server/engines/postgres/migrations.ts'
import { SingleLeadership } from '../../../src/server/engines/single-leadership.ts'
import { silent } from '../../support/alert-rig.ts'
import { startPostgres, withoutPostgres, type TestPostgres } from '../../support/database.ts'
import { FaultProxy, type Fault } from '../../support/fault-proxy.ts'
import { until } from '../../support/processes.ts'

const leaseMs = 1000

/** What happened to those who wanted to lead, in order: `begins` and `ends`, with who and the term. */
type Diary = string[]

/** Wants to lead until it is disposed of. */
function candidate(
  who: string,
  url: string,
  diary: Diary,
): AsyncDisposable & { readonly terms: number[] } {
  const database = new Postgres({ url })
  const leadership = new PostgresLeadership({ database, logger: silent, leaseMs })
  const ended = new AbortController()
  const terms: number[] = []
  const held = leadership.hold(
    'alerts',
    async (signal, term) => {
      diary.push(`${who} begins`)
      terms.push(term)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      diary.push(`${who} ends`)
    },
    ended.signal,
  )
  return {
    terms,
    [Symbol.asyncDispose]: async () => {
      ended.abort()
      await held
      await database[Symbol.asyncDispose]()
    },
  }
}

it('the only node leads at once, until it ends', async () => {
  const ended = new AbortController()
  const diary: Diary = []
  const held = new SingleLeadership().hold(
    'delivery',
    async (signal, term) => {
      diary.push(`term ${term}`)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    },
    ended.signal,
  )
  assert.deepEqual(diary, ['term 1'])
  ended.abort()
  await held
})

describe('leadership on PostgreSQL', { skip: withoutPostgres }, () => {
  let server: TestPostgres
  let url: string
  before(async () => {
    server = await startPostgres()
    url = await server.newDatabase()
    await using database = new Postgres({ url })
    await migrate(database, [leaderTables])
  })
  after(() => server[Symbol.asyncDispose]())

  it('has one leader at a time, hands over at once when it ends, and counts terms', async () => {
    const diary: Diary = []
    const one = candidate('one', url, diary)
    await until('one leads', () => diary.length === 1)
    await using two = candidate('two', url, diary)
    await new Promise((resolve) => setTimeout(resolve, 1.3 * leaseMs))
    assert.deepEqual(diary, ['one begins'], 'a lease that is renewed lasts')
    await one[Symbol.asyncDispose]()
    await until('two leads', () => diary.length === 3)
    assert.deepEqual(diary, ['one begins', 'one ends', 'two begins'])
    assert.ok((two.terms[0] ?? 0) > (one.terms[0] ?? 0), 'its term is greater')
  })

  it('a node that is cut off stops before another begins', async () => {
    const diary: Diary = []
    let fault: Fault = { kind: 'half-open', afterBytes: 2000 }
    const proxy = await FaultProxy.start(
      () => new URL(url.replace('postgres:', 'http:')),
      () => fault,
    )
    await using ending = new AsyncDisposableStack()
    const { host } = new URL(proxy.url)
    const one = ending.use(candidate('one', url.replace(/127\.0\.0\.1:\d+/, host), diary))
    // Before the others: what is cut off is waited for.
    ending.use(proxy)
    await until('one leads', () => diary.length === 1)
    fault = { kind: 'unavailable', retryAfterSeconds: 1 }
    const two = ending.use(candidate('two', url, diary))
    await until('the connection is cut', () => proxy.fired.has('half-open'))
    await until('two leads', () => diary.includes('two begins'))
    assert.deepEqual(diary, ['one begins', 'one ends', 'two begins'])
    assert.ok((two.terms[0] ?? 0) > (one.terms[0] ?? 0))
  })

  it('what fails gives the lead up, and is begun again', async () => {
    await using database = new Postgres({ url })
    const leadership = new PostgresLeadership({ database, logger: silent, leaseMs })
    const ended = new AbortController()
    const terms: number[] = []
    const held = leadership.hold(
      'retention',
      async (_, term) => {
        terms.push(term)
        await Promise.resolve()
        if (terms.length < 3) throw new Error('it does not work')
        ended.abort()
      },
      ended.signal,
    )
    await held
    assert.deepEqual(terms, [1, 2, 3])
  })

  it('refuses a term that is over, and lets nobody begin in the midst of a transaction', async () => {
    await using database = new Postgres({ url })
    await database.query("INSERT INTO leader VALUES ('delivery', 7, '-infinity')")
    await assert.rejects(
      database.transaction((client) => fence(client, { name: 'delivery', term: 6 })),
      { code: 'fenced' },
    )
    const next = (): Promise<unknown> =>
      database.query("UPDATE leader SET term = term + 1 WHERE name = 'delivery'")
    let taken = false
    let taking: Promise<unknown> = Promise.resolve()
    await database.transaction(async (client) => {
      await fence(client, { name: 'delivery', term: 7 })
      taking = next().then(() => (taken = true))
      await client.query('SELECT pg_sleep(0.1)')
      assert.equal(taken, false)
    })
    await taking
    await assert.rejects(
      database.transaction((client) => fence(client, { name: 'delivery', term: 7 })),
      { code: 'fenced' },
    )
  })

  it('the server ends what a paused leader left in the midst', async () => {
    await using database = new Postgres({ url: url })
    await using other = new Postgres({ url })
    await database.query(
      "INSERT INTO leader VALUES ('alerts', 9, '-infinity') ON CONFLICT DO NOTHING",
    )
    await assert.rejects(
      database.transaction(async (client) => {
        const { rows } = await client.query<{ term: number }>(
          "SELECT term FROM leader WHERE name = 'alerts'",
        )
        await fence(client, { name: 'alerts', term: Number(rows[0]?.term) })
        await client.query("SET LOCAL idle_in_transaction_session_timeout = '100ms'")
        // As long as the other has to wait for the row, this one says nothing.
        await other.query("UPDATE leader SET term = term + 1 WHERE name = 'alerts'")
        await client.query('SELECT 1')
      }),
      isStorageDown,
    )
    assert.deepEqual((await database.query('SELECT 1 AS n')).rows, [{ n: 1 }], 'it goes on')
  })
})
