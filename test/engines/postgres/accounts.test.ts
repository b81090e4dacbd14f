import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { isStorageDown } from '../../../src/protocol/codes.ts'
import { openPostgresAccounts } from '../../../src/server/engines/postgres/postgres-accounts.ts'
import { openPostgresDirectory } from '../../../src/server/engines/postgres/postgres-directory.ts'
import { Postgres } from '../../../src/server/engines/postgres/database.ts'
import { sessionIdleMs, type Accounts, type User } from '../../../src/server/ports/accounts.ts'
import { accountsConformance, newUser } from '../../conformance/accounts.conformance.ts'
import { sharedAccountsConformance } from '../../conformance/shared-accounts.conformance.ts'
import { startPostgres, withoutPostgres, type TestPostgres } from '../../support/database.ts'
import { until } from '../../support/processes.ts'
import { openOn, openPair, PeopleDatabase } from './people-database.ts'

describe('PostgreSQL keeps accounts', { skip: withoutPostgres }, () => {
  let server: TestPostgres
  before(async () => void (server = await startPostgres()))
  after(() => server[Symbol.asyncDispose]())

  const people = new PeopleDatabase(() => server)
  const open = (
    url: string,
    now?: () => number,
    beatEveryMs: number | null = null,
  ): Promise<Accounts> =>
    openOn(url, (database) => openPostgresAccounts({ database, now, beatEveryMs }))

  async function addAda(accounts: Accounts): Promise<User> {
    const ada = await accounts.createUser(newUser('ada@example.org', { role: 'admin' }))
    assert.ok(typeof ada !== 'string')
    return ada
  }

  accountsConformance('postgres', async (now) => open(await people.empty(), now))
  sharedAccountsConformance('postgres', async () => {
    const url = await people.empty()
    return openPair(() => open(url))
  })

  it('lets people go on while the server is dead, and no change be lost in silence', async () => {
    const url = await people.empty()
    await using one = await open(url)
    await using two = await open(url)
    const ada = await addAda(one)
    const { secret } = await one.createSession(ada.id, 'Firefox')
    await until('two knows', () => two.checkSession(secret) !== undefined)
    await server.signal('SIGKILL')
    await assert.rejects(two.createSession(ada.id, 'Safari'), isStorageDown)
    await assert.rejects(two.takeLink('any'), isStorageDown)
    assert.equal(two.checkSession(secret)?.user.email, 'ada@example.org')
    assert.equal(two.sessions(ada.id).length, 1)
    await server.restart()
    await until('changes are possible', async () => {
      try {
        return (await one.revokeSessions(ada.id, null)) === 1
      } catch (error) {
        assert.ok(isStorageDown(error))
        return false
      }
    })
    await until('two follows again', () => two.checkSession(secret) === undefined)
    assert.equal(two.user(ada.id)?.role, 'admin')
  })

  it('ends the tokens of who is removed, on every node', async () => {
    const url = await people.empty()
    await using database = new Postgres({ url })
    await using one = await open(url)
    await using directory = await openPostgresDirectory({ database, beatEveryMs: null })
    const ada = await addAda(one)
    assert.ok(
      typeof (await one.createUser(newUser('eve@example.org', { role: 'admin' }))) === 'object',
    )
    const { token } = await directory.createToken('own', '', null, ada.id)
    await one.removeUser(ada.id)
    await until('the token ends', () => directory.check(token) === undefined, 1000)
    assert.deepEqual(directory.tokens(), [])
  })

  it('keeps a session alive on each node that is used on one, and forgets what has ended', async () => {
    const url = await people.empty()
    await using database = new Postgres({ url })
    let nowMs = Date.now()
    const now = (): number => nowMs
    await using one = await open(url, now, 20)
    await using two = await open(url, now, 20)
    const ada = await addAda(one)
    const used = await one.createSession(ada.id, 'used')
    await one.createSession(ada.id, 'idle')
    nowMs += sessionIdleMs - 1
    assert.ok(one.checkSession(used.secret))
    const seenAt = new Date(nowMs).toISOString()
    await until('two hears of the use', () => two.sessions(ada.id)[0]?.lastUsedAt === seenAt)
    await until('and of her', () => two.user(ada.id)?.lastSeenAt === seenAt)
    nowMs += 1
    assert.equal(two.checkSession(used.secret)?.session.lastUsedAt, seenAt)
    assert.equal(two.sessions(ada.id).length, 1)
    await until('the idle one is gone from the table', async () => {
      const { rows } = await database.query('SELECT device FROM session')
      return rows.length === 1 && rows[0]?.['device'] === 'used'
    })
  })

  it('keeps no secret, in no table', async () => {
    const url = await people.empty()
    await using database = new Postgres({ url })
    await using accounts = await open(url)
    await using directory = await openPostgresDirectory({ database, beatEveryMs: null })
    const ada = await addAda(accounts)
    const expiresAt = new Date(Date.now() + 900_000).toISOString()
    const link = { email: ada.email, role: ada.role, channels: [], user: null, next: '/' }
    const secrets = [
      (await accounts.createSession(ada.id, 'Firefox')).secret,
      (await accounts.createLink({ ...link, purpose: 'sign-in', expiresAt })).secret,
      (await directory.createToken('own', '', null, ada.id)).token.slice(4),
    ]
    const { rows } = await database.query(
      `SELECT query_to_xml('SELECT * FROM ' || quote_ident(tablename), true, true, '')::text AS text
       FROM pg_tables WHERE schemaname = 'public'`,
    )
    const text = rows.map((row) => String(row['text'])).join()
    assert.ok(text.includes('ada@example.org') && text.includes('Firefox'), 'it is all there')
    for (const secret of secrets) assert.equal(text.includes(secret), false)
  })
})
