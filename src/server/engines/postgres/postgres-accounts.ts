import type { Preferences } from '../../../protocol/accounts.ts'
import {
  type Accounts,
  type Link,
  type LinkPurpose,
  type NewLink,
  type NewUser,
  type Passkey,
  type Session,
  type User,
} from '../../ports/accounts.ts'
import { beatAccounts } from './accounts/account-beat.ts'
import { AccountMemory } from './accounts/account-memory.ts'
import { linkOf, passkeyOf, userOf } from './accounts/account-rows.ts'
import { removeRows } from './accounts/remove-rows.ts'
import type { Postgres, Queryable } from './database.ts'
import { idsOf } from './directory/directory-rows.ts'
import { Follower, type FollowedOptions } from './directory/follower.ts'
import { change } from './directory/journal.ts'
import { storable } from './plain-text.ts'
import { createId, createSecret, hashToken } from '../token-text.ts'

type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer R] ? R : never

/** The people of all nodes of a database, whose tables are there (directory-tables.ts, account-tables.ts). */
export async function openPostgresAccounts(options: FollowedOptions): Promise<Accounts> {
  const accounts = new PostgresAccounts(options)
  await accounts.start()
  return accounts
}

/** People in PostgreSQL, read from memory, and read again where any node changes them. */
class PostgresAccounts implements Accounts {
  readonly #database: Postgres
  readonly #now: () => number
  readonly #memory: AccountMemory
  readonly #follower: Follower

  constructor({ database, now = Date.now, logger, beatEveryMs }: FollowedOptions) {
    this.#database = database
    this.#now = now
    this.#memory = new AccountMemory(database)
    this.#follower = new Follower({
      ...{ database, logger, beatEveryMs, name: 'the accounts' },
      kinds: new Set(['person', 'session', 'passkey', 'link']),
      load: () => this.#memory.load(),
      reload: (changed) => this.#memory.reload(changed),
      beat: () => beatAccounts(database, this.#memory, now()),
    })
  }

  async start(): Promise<void> {
    await this.#follower.start()
  }

  users(): readonly User[] {
    return this.#memory.users()
  }

  user(id: string): User | undefined {
    return this.#memory.user(id)
  }

  userByEmail(email: string): User | undefined {
    return this.#memory.userByEmail(email)
  }

  async createUser({ email, name, role, channels }: NewUser): Promise<User | 'conflict'> {
    const id = createId()
    const made = await this.#change(async (client, note) => {
      const { rowCount } = await client.query(
        `INSERT INTO person (id, email, name, role, channels, created)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (email) DO NOTHING`,
        [id, email.toLowerCase(), name, role, channels, this.#now()],
      )
      if (rowCount === 1) note('person', id)
      return rowCount
    })
    return made === 1 ? this.#known(id) : 'conflict'
  }

  async changeUser(
    id: string,
    change: Partial<NewUser>,
  ): Promise<User | 'missing' | 'conflict' | 'last-admin'> {
    const made = await this.#change(async (client, note) => {
      const { rows } = await client.query('SELECT * FROM person WHERE id = $1', [id])
      if (rows[0] === undefined) return 'missing'
      const { user: known } = userOf(rows[0])
      const { email, name, role, channels } = { ...known, ...change }
      if (role !== 'admin' && (await isLastAdmin(client, known))) return 'last-admin'
      const { rowCount } = await client.query(
        `UPDATE person SET email = $2, name = $3, role = $4, channels = $5
         WHERE id = $1 AND NOT EXISTS (SELECT FROM person WHERE email = $2 AND id <> $1)`,
        [id, email.toLowerCase(), name, role, channels],
      )
      if (rowCount === 0) return 'conflict'
      note('person', id)
      return 'changed'
    })
    return made === 'changed' ? this.#known(id) : made
  }

  async removeUser(id: string): Promise<'removed' | 'missing' | 'last-admin'> {
    return await this.#change(async (client, note) => {
      const { rows } = await client.query('SELECT * FROM person WHERE id = $1', [id])
      if (rows[0] === undefined) return 'missing'
      if (await isLastAdmin(client, userOf(rows[0]).user)) return 'last-admin'
      await client.query('DELETE FROM person WHERE id = $1', [id])
      const tokens = await client.query('DELETE FROM token WHERE owner = $1 RETURNING id', [id])
      note('person', id)
      note('token', ...idsOf(tokens.rows))
      return 'removed'
    })
  }

  async createLink(link: NewLink): Promise<{ readonly id: string; readonly secret: string }> {
    const id = createId()
    const secret = createSecret()
    const { purpose, email, role, channels, user, next, expiresAt } = link
    await this.#change(async (client, note) => {
      await client.query(
        `INSERT INTO link (id, hash, purpose, email, role, channels, person, next, created, expires)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          ...[id, hashToken(secret), purpose, email?.toLowerCase() ?? null, role, channels],
          ...[user, storable(next), this.#now(), Date.parse(expiresAt)],
        ],
      )
      note('link', id)
    })
    return { id, secret }
  }

  readLink(secret: string): Link | undefined {
    return this.#memory.link(hashToken(secret), this.#now())
  }

  async takeLink(secret: string): Promise<Link | undefined> {
    return await this.#change(async (client, note) => {
      const { rows } = await client.query(
        'DELETE FROM link WHERE hash = $1 AND expires > $2 RETURNING *',
        [hashToken(secret), this.#now()],
      )
      if (rows[0] === undefined) return undefined
      const { link } = linkOf(rows[0])
      note('link', link.id)
      return link
    })
  }

  links(purpose: LinkPurpose): readonly Link[] {
    return this.#memory.links(purpose, this.#now())
  }

  async revokeLink(id: string): Promise<'revoked' | 'missing'> {
    const made = await this.#remove('link', 'id = $1', [id])
    return made > 0 ? 'revoked' : 'missing'
  }

  async createSession(
    user: string,
    device: string,
  ): Promise<{ readonly id: string; readonly secret: string }> {
    const id = createId()
    const secret = createSecret()
    const nowMs = this.#now()
    await this.#change(async (client, note) => {
      await client.query(
        `INSERT INTO session (id, hash, person, device, created, used)
         VALUES ($1, $2, $3, $4, $5, $5)`,
        [id, hashToken(secret), user, storable(device), nowMs],
      )
      await client.query('UPDATE person SET seen = $2 WHERE id = $1', [user, nowMs])
      note('session', id)
      note('person', user)
    })
    return { id, secret }
  }

  checkSession(secret: string): { readonly session: Session; readonly user: User } | undefined {
    const nowMs = this.#now()
    const { sessions } = this.#memory
    const session = sessions.find(hashToken(secret), nowMs)
    if (session === undefined || this.user(session.user) === undefined) return undefined
    sessions.use(session, nowMs)
    return { session, user: this.#known(session.user) }
  }

  sessions(user: string): readonly Session[] {
    return this.#memory.sessions.of(user, this.#now())
  }

  async revokeSession(user: string, id: string): Promise<'revoked' | 'missing'> {
    const made = await this.#remove('session', 'person = $1 AND id = $2', [user, id])
    return made > 0 ? 'revoked' : 'missing'
  }

  async revokeSessions(user: string, except: string | null): Promise<number> {
    return await this.#remove('session', 'person = $1 AND id <> $2', [user, except ?? ''])
  }

  passkeys(user: string): readonly Passkey[] {
    return this.#memory.passkeys(user)
  }

  passkey(id: string): Passkey | undefined {
    return this.#memory.passkey(id)
  }

  async addPasskey(
    passkey: Omit<Passkey, 'createdAt' | 'lastUsedAt'>,
  ): Promise<'added' | 'conflict'> {
    const { id, user, name, publicKey, counter, transports } = passkey
    const made = await this.#change(async (client, note) => {
      const { rowCount } = await client.query(
        `INSERT INTO passkey (id, person, name, key, counter, transports, created)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING`,
        [id, user, storable(name), publicKey, counter, transports, this.#now()],
      )
      if (rowCount === 1) note('passkey', id)
      return rowCount
    })
    return made === 1 ? 'added' : 'conflict'
  }

  async usePasskey(id: string, counter: number): Promise<'used' | 'replayed' | 'missing'> {
    return await this.#change(async (client, note) => {
      const { rows } = await client.query('SELECT * FROM passkey WHERE id = $1', [id])
      if (rows[0] === undefined) return 'missing'
      const known = passkeyOf(rows[0])
      if (counter <= known.counter && (counter > 0 || known.counter > 0)) return 'replayed'
      await client.query('UPDATE passkey SET counter = $2, used = $3 WHERE id = $1', [
        ...[id, counter, this.#now()],
      ])
      note('passkey', id)
      return 'used'
    })
  }

  async renamePasskey(user: string, id: string, name: string): Promise<'renamed' | 'missing'> {
    const made = await this.#change(async (client, note) => {
      const { rowCount } = await client.query(
        'UPDATE passkey SET name = $3 WHERE person = $1 AND id = $2',
        [user, id, storable(name)],
      )
      if (rowCount === 1) note('passkey', id)
      return rowCount
    })
    return made === 1 ? 'renamed' : 'missing'
  }

  async removePasskey(user: string, id: string): Promise<'removed' | 'missing'> {
    const made = await this.#remove('passkey', 'person = $1 AND id = $2', [user, id])
    return made > 0 ? 'removed' : 'missing'
  }

  preferences(user: string): Preferences {
    return this.#memory.preferences(user)
  }

  async setPreferences(user: string, preferences: Preferences): Promise<void> {
    await this.#change(async (client, note) => {
      await client.query('UPDATE person SET preferences = $2 WHERE id = $1', [
        user,
        JSON.stringify(preferences),
      ])
      note('person', user)
    })
  }

  settle(): Promise<void> {
    return this.#follower.settle()
  }

  onChange(listener: () => void, signal: AbortSignal): void {
    this.#follower.onChange(listener, signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#follower.close()
  }

  #known(id: string): User {
    const user = this.user(id)
    if (user === undefined) throw new Error('what was just written is not there')
    return user
  }

  async #change<T>(work: Parameters<typeof change<T>>[1]): Promise<T> {
    const result = await change(this.#database, work)
    await this.#follower.catchUp()
    return result
  }

  async #remove(...what: Tail<Parameters<typeof removeRows>>): Promise<number> {
    const made = await removeRows(this.#database, ...what)
    await this.#follower.catchUp()
    return made
  }
}

/** In one transaction with what follows, and no other change meanwhile: two cannot both leave. */
async function isLastAdmin(client: Queryable, { id, role }: User): Promise<boolean> {
  if (role !== 'admin') return false
  const others = await client.query(
    `SELECT FROM person WHERE role = 'admin' AND id <> $1 LIMIT 1`,
    [id],
  )
  return others.rows.length === 0
}
