import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { openSqliteAccounts } from '../../src/server/engines/sqlite/sqlite-accounts.ts'
import { openSqliteDirectory } from '../../src/server/engines/sqlite/sqlite-directory.ts'
import { accountsConformance, newUser } from '../conformance/accounts.conformance.ts'
import { channelRecord } from '../conformance/directory.conformance.ts'
import { temporaryFolder, until } from '../support/processes.ts'

accountsConformance('sqlite', async (now) => {
  const folder = await temporaryFolder()
  const accounts = openSqliteAccounts(folder.path, { now, pollEveryMs: null })
  const dispose = async (): Promise<void> => {
    await accounts[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
  return new Proxy(accounts, {
    get(target, key) {
      if (key === Symbol.asyncDispose) return dispose
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
})

describe('openSqliteAccounts', () => {
  it('hears within a second what another process changes, and is heard by the directory only where it matters', async () => {
    await using folder = await temporaryFolder()
    await using server = openSqliteAccounts(folder.path)
    await using directory = openSqliteDirectory(folder.path)
    await using cli = openSqliteAccounts(folder.path, { pollEveryMs: null })
    let told = 0
    directory.onChange(() => told++, new AbortController().signal)
    const ada = await cli.createUser(newUser('ada@example.org'))
    assert.ok(typeof ada !== 'string')
    const { secret } = await cli.createSession(ada.id, 'Firefox on Linux')
    assert.equal(server.checkSession(secret)?.user.id, ada.id)
    const { token } = await directory.createToken('own', '', null, ada.id)
    assert.equal(told, 1, 'people and sessions are nothing to the directory')
    assert.equal(directory.check(token)?.owner, ada.id)
    await cli.removeUser(ada.id)
    await until('the token ends', () => directory.check(token) === undefined, 1000)
    await until('the session ends', () => server.checkSession(secret) === undefined, 1000)
    await directory.createChannel(channelRecord('news'))
  })

  it('is the same after it was closed and opened again, and keeps no secret', async () => {
    await using folder = await temporaryFolder()
    const secrets: string[] = []
    let id: string
    {
      await using accounts = openSqliteAccounts(folder.path)
      const ada = await accounts.createUser(newUser('ada@example.org', { role: 'admin' }))
      assert.ok(typeof ada !== 'string')
      ;({ id } = ada)
      const expiresAt = new Date(Date.now() + 900_000).toISOString()
      const link = { email: ada.email, role: ada.role, channels: [], user: null, next: '/' }
      secrets.push((await accounts.createSession(id, 'Firefox')).secret)
      secrets.push((await accounts.createLink({ ...link, purpose: 'sign-in', expiresAt })).secret)
    }
    const bytes = await readFile(path.join(folder.path, 'ccr.db'), 'latin1')
    for (const secret of secrets) assert.equal(bytes.includes(secret), false)
    await using accounts = openSqliteAccounts(folder.path)
    assert.equal(accounts.checkSession(secrets[0] ?? '')?.user.id, id)
    assert.equal((await accounts.takeLink(secrets[1] ?? ''))?.email, 'ada@example.org')
  })
})
