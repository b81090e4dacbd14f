import assert from 'node:assert/strict'
import {
  sessionIdleMs,
  sessionMaxMs,
  type Accounts,
  type NewLink,
  type NewUser,
  type User,
} from '../../src/server/ports/accounts.ts'
import { conformance, type Skips } from './support.ts'

export function newUser(email: string, fields: Partial<NewUser> = {}): NewUser {
  return { email, name: null, role: 'viewer', channels: [], ...fields }
}

export function accountsConformance(
  engine: string,
  open: (now: () => number) => Promise<Accounts>,
  skip: Skips = {},
): void {
  let nowMs = 0
  const openNow = (): Promise<Accounts> => {
    nowMs = Date.UTC(2026, 10, 10)
    return open(() => nowMs)
  }
  const add = async (
    accounts: Accounts,
    email: string,
    fields: Partial<NewUser> = {},
  ): Promise<User> => {
    const user = await accounts.createUser(newUser(email, fields))
    assert.ok(typeof user !== 'string', `${email} is new`)
    return user
  }
  const link = (fields: Partial<NewLink> = {}): NewLink => ({
    ...{ purpose: 'sign-in', email: 'ada@example.org', role: 'viewer', channels: [], user: null },
    ...{ next: '/wall', expiresAt: new Date(nowMs + 900_000).toISOString() },
    ...fields,
  })

  conformance(`accounts conformance: ${engine}`, openNow, skip, (rule) => {
    rule('has one account an address, whatever its case', async (accounts) => {
      const ada = await add(accounts, 'ada@example.org', {
        name: 'Ada',
        role: 'operator',
        channels: ['a'],
      })
      assert.equal(await accounts.createUser(newUser('ADA@example.org')), 'conflict')
      assert.deepEqual(accounts.userByEmail('Ada@Example.org'), ada)
      assert.deepEqual(accounts.user(ada.id), ada)
      assert.deepEqual(accounts.users(), [ada])
      const bob = await add(accounts, 'bob@example.org')
      assert.equal(await accounts.changeUser(bob.id, { email: 'ada@example.org' }), 'conflict')
      assert.deepEqual(accounts.user(bob.id), bob)
      assert.deepEqual(await accounts.changeUser(bob.id, { name: 'Bob' }), { ...bob, name: 'Bob' })
      assert.equal(await accounts.changeUser('none', {}), 'missing')
    })

    rule('never loses its last administrator', async (accounts) => {
      const ada = await add(accounts, 'ada@example.org', { role: 'admin' })
      await add(accounts, 'bob@example.org')
      assert.equal(await accounts.removeUser(ada.id), 'last-admin')
      assert.equal(await accounts.changeUser(ada.id, { role: 'viewer' }), 'last-admin')
      assert.equal(accounts.user(ada.id)?.role, 'admin')
      await add(accounts, 'eve@example.org', { role: 'admin' })
      assert.equal(await accounts.removeUser(ada.id), 'removed')
      assert.equal(await accounts.removeUser(ada.id), 'missing')
    })

    rule('gives a link to one of those who take it, until it expires', async (accounts) => {
      const { secret, id } = await accounts.createLink(link())
      assert.match(secret, /^[\w-]{43}$/)
      assert.equal(accounts.readLink(secret)?.next, '/wall')
      assert.equal((await accounts.takeLink(secret))?.id, id)
      assert.equal(await accounts.takeLink(secret), undefined)
      assert.equal(accounts.readLink(secret), undefined)
      const second = await accounts.createLink(link())
      nowMs += 899_999
      assert.ok(accounts.readLink(second.secret))
      nowMs += 1
      assert.equal(await accounts.takeLink(second.secret), undefined)
      assert.equal(await accounts.takeLink(''), undefined)
    })

    rule('lists the links of a purpose and revokes them', async (accounts) => {
      const invitation = link({ purpose: 'invitation', role: 'operator', channels: ['news'] })
      const { id, secret } = await accounts.createLink(invitation)
      await accounts.createLink(link())
      const createdAt = new Date(nowMs).toISOString()
      assert.deepEqual(accounts.links('invitation'), [{ ...invitation, id, createdAt }])
      assert.equal(await accounts.revokeLink(id), 'revoked')
      assert.equal(await accounts.revokeLink(id), 'missing')
      assert.equal(await accounts.takeLink(secret), undefined)
    })

    rule('knows a session until it is revoked', async (accounts) => {
      const ada = await add(accounts, 'ada@example.org')
      const bob = await add(accounts, 'bob@example.org')
      const first = await accounts.createSession(ada.id, 'Firefox on Linux')
      const second = await accounts.createSession(ada.id, 'Safari on iPhone')
      assert.equal(accounts.checkSession(first.secret)?.user.id, ada.id)
      assert.equal(accounts.checkSession(first.secret)?.session.device, 'Firefox on Linux')
      assert.equal(accounts.sessions(ada.id).length, 2)
      assert.equal(await accounts.revokeSession(bob.id, first.id), 'missing')
      assert.equal(await accounts.revokeSession(ada.id, first.id), 'revoked')
      assert.equal(accounts.checkSession(first.secret), undefined)
      assert.ok(accounts.checkSession(second.secret))
      await accounts.createSession(ada.id, 'another')
      assert.equal(await accounts.revokeSessions(ada.id, second.id), 1)
      assert.deepEqual(
        accounts.sessions(ada.id).map(({ id }) => id),
        [second.id],
      )
    })

    rule('ends a session that is not used, and one that is too old', async (accounts) => {
      const ada = await add(accounts, 'ada@example.org')
      const idle = await accounts.createSession(ada.id, 'idle')
      const used = await accounts.createSession(ada.id, 'used')
      const startMs = nowMs
      nowMs = startMs + sessionIdleMs - 1
      assert.ok(accounts.checkSession(used.secret))
      nowMs = startMs + sessionIdleMs
      assert.equal(accounts.checkSession(idle.secret), undefined)
      assert.ok(accounts.checkSession(used.secret))
      for (nowMs = startMs; nowMs < startMs + sessionMaxMs; nowMs += sessionIdleMs / 2)
        assert.ok(accounts.checkSession(used.secret))
      nowMs = startMs + sessionMaxMs
      assert.equal(accounts.checkSession(used.secret), undefined)
      assert.deepEqual(accounts.sessions(ada.id), [])
    })

    rule('notes when a session and its person were last seen', async (accounts) => {
      const ada = await add(accounts, 'ada@example.org')
      assert.equal(accounts.user(ada.id)?.lastSeenAt, null)
      const { secret } = await accounts.createSession(ada.id, 'Firefox')
      nowMs += 3_600_000
      accounts.checkSession(secret)
      const seenAt = new Date(nowMs).toISOString()
      assert.equal(accounts.sessions(ada.id)[0]?.lastUsedAt, seenAt)
      assert.equal(accounts.user(ada.id)?.lastSeenAt, seenAt)
    })

    rule('keeps passkeys, and sees one whose counter goes back', async (accounts) => {
      const ada = await add(accounts, 'ada@example.org')
      const publicKey = new Uint8Array([1, 2, 3])
      const key = { id: 'key', user: ada.id, name: 'Phone', publicKey, counter: 0 }
      const passkey = { ...key, transports: ['internal'] }
      assert.equal(await accounts.addPasskey(passkey), 'added')
      assert.equal(await accounts.addPasskey(passkey), 'conflict')
      const createdAt = new Date(nowMs).toISOString()
      const kept = { ...passkey, createdAt, lastUsedAt: null }
      assert.deepEqual(accounts.passkey('key'), kept)
      assert.equal(await accounts.usePasskey('key', 0), 'used', 'this authenticator does not count')
      assert.equal(await accounts.usePasskey('key', 5), 'used')
      assert.equal(await accounts.usePasskey('key', 5), 'replayed')
      assert.equal(await accounts.usePasskey('key', 0), 'replayed')
      assert.equal(await accounts.usePasskey('none', 1), 'missing')
      assert.equal(await accounts.renamePasskey(ada.id, 'key', 'Old phone'), 'renamed')
      assert.equal(await accounts.renamePasskey('other', 'key', 'Mine'), 'missing')
      assert.equal(accounts.passkeys(ada.id)[0]?.name, 'Old phone')
      assert.equal(await accounts.removePasskey('other', 'key'), 'missing')
      assert.equal(await accounts.removePasskey(ada.id, 'key'), 'removed')
      assert.equal(accounts.passkey('key'), undefined)
    })

    rule('keeps preferences by person', async (accounts) => {
      const ada = await add(accounts, 'ada@example.org')
      const bob = await add(accounts, 'bob@example.org')
      assert.deepEqual(accounts.preferences(ada.id), {})
      await accounts.setPreferences(ada.id, { 'ccr.theme': 'dark' })
      assert.deepEqual(accounts.preferences(ada.id), { 'ccr.theme': 'dark' })
      assert.deepEqual(accounts.preferences(bob.id), {})
    })

    rule('forgets with a person all that was theirs', async (accounts) => {
      const ada = await add(accounts, 'ada@example.org')
      const { secret } = await accounts.createSession(ada.id, 'Firefox')
      const change = await accounts.createLink(link({ purpose: 'email', user: ada.id }))
      const key = { id: 'key', user: ada.id, name: '', publicKey: new Uint8Array([1]), counter: 0 }
      await accounts.addPasskey({ ...key, transports: [] })
      assert.equal(await accounts.removeUser(ada.id), 'removed')
      assert.equal(accounts.checkSession(secret), undefined)
      assert.equal(accounts.readLink(change.secret), undefined)
      assert.equal(accounts.passkey('key'), undefined)
      assert.notEqual((await add(accounts, 'ada@example.org')).id, ada.id)
    })

    rule('tells listeners of every change until they leave', async (accounts) => {
      const stop = new AbortController()
      let changes = 0
      accounts.onChange(() => changes++, stop.signal)
      const ada = await add(accounts, 'ada@example.org')
      await accounts.changeUser(ada.id, { role: 'operator' })
      assert.equal(changes, 2)
      stop.abort()
      await accounts.removeUser(ada.id)
      assert.equal(changes, 2)
    })
  })
}
