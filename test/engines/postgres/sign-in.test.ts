import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openPostgresLimit } from '../../../src/server/engines/limits.ts'
import { openPostgresAccounts } from '../../../src/server/engines/postgres/postgres-accounts.ts'
import { PostgresChallenges } from '../../../src/server/engines/postgres/postgres-challenges.ts'
import { openPostgresDirectory } from '../../../src/server/engines/postgres/postgres-directory.ts'
import { Postgres } from '../../../src/server/engines/postgres/database.ts'
import { Access } from '../../../src/server/http/auth.ts'
import { newUser } from '../../conformance/accounts.conformance.ts'
import { challengesConformance } from '../../conformance/challenges.conformance.ts'
import { limitConformance } from '../../conformance/limit.conformance.ts'
import { startPostgres, withoutPostgres, type TestPostgres } from '../../support/database.ts'
import { openOn, PeopleDatabase } from './people-database.ts'

describe('people come in by any of several nodes', { skip: withoutPostgres }, () => {
  let server: TestPostgres
  before(async () => void (server = await startPostgres()))
  after(() => server[Symbol.asyncDispose]())
  const people = new PeopleDatabase(() => server)

  challengesConformance('postgres', async (now) => {
    const database = new Postgres({ url: await people.empty() })
    const dispose = (): Promise<void> => database[Symbol.asyncDispose]()
    const challenges = new PostgresChallenges(database, now)
    return Object.assign(challenges, { [Symbol.asyncDispose]: dispose })
  })

  limitConformance('postgres', async () => {
    const database = new Postgres({ url: await people.empty() })
    const dispose = (): Promise<void> => database[Symbol.asyncDispose]()
    return { open: (wish) => openPostgresLimit(database, wish), [Symbol.asyncDispose]: dispose }
  })

  it('answers on one node what another has asked, and keeps neither question nor address', async () => {
    const url = await people.empty()
    await using one = new Postgres({ url })
    await using two = new Postgres({ url })
    await new PostgresChallenges(one, Date.now).put('a question', 'sign-in')
    await openPostgresLimit(one, { name: 'letter', most: 4, inSeconds: 900 }).take(
      'ada@example.org',
    )
    const { rows } = await one.query(
      'SELECT challenge::text FROM challenge UNION ALL SELECT use_count::text FROM use_count',
    )
    assert.equal(rows.length, 2)
    assert.doesNotMatch(JSON.stringify(rows), /a question|ada@/)
    assert.equal(await new PostgresChallenges(two, Date.now).take('a question', 'sign-in'), true)
  })

  it('counts on all nodes together, and on each alone while the database is away', async () => {
    const url = await people.empty()
    await using one = new Postgres({ url })
    await using two = new Postgres({ url })
    const limits = [one, two].map((database) =>
      openPostgresLimit(database, { name: 'letter', most: 4, inSeconds: 900 }),
    )
    const take = (): Promise<number[]> => Promise.all(limits.map((limit) => limit.take('ada')))
    assert.deepEqual([await take(), await take()].flat(), [0, 0, 0, 0])
    assert.ok((await take()).every((waitMs) => waitMs > 0))
    await server.signal('SIGKILL')
    assert.equal(await limits[0]?.take('bob'), 0)
    await server.restart()
  })

  it('lets a token and a session through that another node has just made', async () => {
    const url = await people.empty()
    const open = { beatEveryMs: null }
    await using directory = await openOn(url, (d) =>
      openPostgresDirectory({ database: d, ...open }),
    )
    await using accounts = await openOn(url, (d) => openPostgresAccounts({ database: d, ...open }))
    await using farDirectory = await openOn(url, (d) =>
      openPostgresDirectory({ database: d, ...open }),
    )
    await using farAccounts = await openOn(url, (d) =>
      openPostgresAccounts({ database: d, ...open }),
    )
    const access = new Access({
      ...{ directory: farDirectory, accounts: farAccounts },
      ...{ mustSignIn: false, publicUrl: null, isSecure: false },
    })
    const ada = await accounts.createUser(newUser('ada@example.org'))
    assert.ok(typeof ada !== 'string')
    const { token } = await directory.createToken('own', '', null, ada.id)
    const { secret } = await accounts.createSession(ada.id, 'Firefox')
    for (const headers of [
      { authorization: `Bearer ${token}` },
      { cookie: `ccr-session=${secret}` },
    ]) {
      await access.settle(headers)
      assert.equal(access.credentialOf(headers)?.rights.user?.id, ada.id)
    }
  })
})
