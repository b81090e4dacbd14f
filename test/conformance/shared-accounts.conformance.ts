import assert from 'node:assert/strict'
import type { Accounts, NewUser, User } from '../../src/server/ports/accounts.ts'
import { until } from '../support/processes.ts'
import { newUser } from './accounts.conformance.ts'
import type { Pair } from './shared-directory.conformance.ts'
import { conformance, type Skips } from './support.ts'

/** What two processes that share accounts may expect of each other. */
export function sharedAccountsConformance(
  engine: string,
  open: () => Promise<Pair<Accounts>>,
  skip: Skips = {},
): void {
  const add = async (accounts: Accounts, wish: NewUser): Promise<User> => {
    const user = await accounts.createUser(wish)
    assert.ok(typeof user !== 'string')
    return user
  }
  const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString()

  conformance(`shared accounts conformance: ${engine}`, open, skip, (rule) => {
    rule('shows within a second what the other changes, and tells of it', async ({ one, two }) => {
      let told = 0
      two.onChange(() => told++, new AbortController().signal)
      const ada = await add(one, newUser('ada@example.org', { role: 'operator' }))
      await until('Ada', () => two.user(ada.id)?.role === 'operator', 1000)
      assert.ok(told > 0)
      await one.changeUser(ada.id, { role: 'viewer', email: 'ada@example.com' })
      await until('her address', () => two.userByEmail('ada@example.com') !== undefined, 1000)
      assert.equal(two.userByEmail('ada@example.org'), undefined)
      const { secret, id } = await one.createSession(ada.id, 'Firefox')
      await until('her session', () => two.checkSession(secret)?.session.id === id, 1000)
      await one.revokeSession(ada.id, id)
      await until('no session', () => two.checkSession(secret) === undefined, 1000)
      await one.setPreferences(ada.id, { 'ccr.theme': 'dark' })
      await until('her wishes', () => two.preferences(ada.id)['ccr.theme'] === 'dark', 1000)
      const key = { id: 'key', user: ada.id, name: '', publicKey: new Uint8Array([1]), counter: 0 }
      await one.addPasskey({ ...key, transports: [] })
      await until('her passkey', () => two.passkey('key') !== undefined, 1000)
      const other = await one.createSession(ada.id, 'Safari')
      await one.removeUser(ada.id)
      await until('nobody', () => two.user(ada.id) === undefined, 1000)
      assert.equal(two.passkey('key'), undefined)
      assert.equal(two.checkSession(other.secret), undefined)
    })

    rule('knows a session and a link that the other has just made, once settled', async (pair) => {
      const ada = await add(pair.one, newUser('ada@example.org'))
      const { secret } = await pair.one.createSession(ada.id, 'Firefox')
      const wish = { purpose: 'sign-in', role: 'viewer', channels: [], user: null } as const
      const link = { ...wish, email: ada.email, next: '/', expiresAt: inAnHour() }
      const made = await pair.one.createLink(link)
      await pair.two.settle()
      assert.equal(pair.two.checkSession(secret)?.user.id, ada.id)
      assert.equal(pair.two.readLink(made.secret)?.id, made.id)
    })

    rule('gives a link to one of two who take it at once', async ({ one, two }) => {
      const wish = { purpose: 'invitation', role: 'viewer', channels: [], user: null } as const
      for (const email of ['a@example.org', 'b@example.org', 'c@example.org']) {
        const link = { ...wish, email, next: '/', expiresAt: inAnHour() }
        const { secret, id } = await one.createLink(link)
        const got = await Promise.all([one, two, one, two].map((each) => each.takeLink(secret)))
        assert.deepEqual(
          got.flatMap((taken) => (taken === undefined ? [] : [taken.id])),
          [id],
        )
        assert.equal(two.readLink(secret), undefined)
      }
    })

    rule('makes one account an address, and tells whoever was too late whose', async (pair) => {
      const { one, two } = pair
      const wish = newUser('ada@example.org')
      const made = await Promise.all([one.createUser(wish), two.createUser(wish)])
      const late = made[0] === 'conflict' ? one : two
      assert.equal(made.filter((user) => user === 'conflict').length, 1)
      const known = made.find((user) => user !== 'conflict')
      assert.deepEqual(late.userByEmail('ada@example.org'), known)
    })

    rule('never loses both administrators, though each removes one', async ({ one, two }) => {
      for (const n of [1, 2, 3]) {
        const ada = await add(one, newUser(`ada${n}@example.org`, { role: 'admin' }))
        const eve = await add(two, newUser(`eve${n}@example.org`, { role: 'admin' }))
        for (const { id, role } of one.users())
          if (role === 'admin' && id !== ada.id && id !== eve.id) await one.removeUser(id)
        const results = await Promise.all([
          one.removeUser(ada.id),
          two.changeUser(eve.id, { role: 'viewer' }),
        ])
        assert.equal(results.filter((result) => result === 'last-admin').length, 1, `round ${n}`)
        assert.equal(one.users().filter(({ role }) => role === 'admin').length, 1)
      }
    })

    rule('sees a passkey whose answer comes twice', async ({ one, two }) => {
      const ada = await add(one, newUser('ada@example.org'))
      const key = { id: 'key', user: ada.id, name: '', publicKey: new Uint8Array([1]), counter: 0 }
      await one.addPasskey({ ...key, transports: [] })
      await two.settle()
      const results = await Promise.all([one.usePasskey('key', 7), two.usePasskey('key', 7)])
      assert.deepEqual(results.toSorted(), ['replayed', 'used'])
    })
  })
}
