import type { DatabaseSync } from 'node:sqlite'
import { preferencesSchema, type Preferences } from '../../../protocol/accounts.ts'
import {
  sessionIdleMs,
  sessionMaxMs,
  type Accounts,
  type Link,
  type LinkPurpose,
  type NewLink,
  type NewUser,
  type Passkey,
  type Session,
  type User,
} from '../../ports/accounts.ts'
import type { Logger } from '../../ports/telemetry.ts'
import { SessionBook } from '../rules/session-book.ts'
import {
  linkOf,
  passkeyOf,
  prepareAccounts,
  sessionOf,
  userOf,
  type AccountSql,
} from './account-sql.ts'
import { createFolder, directoryFile } from './data-folder.ts'
import { openWritable } from './database.ts'
import { DirectoryPart } from './directory-part.ts'
import { directoryMigrations } from './directory-schema.ts'
import { json, text } from '../rules/columns.ts'
import { createId, createSecret, hashToken } from '../token-text.ts'

export interface SqliteAccountsOptions {
  readonly now?: (() => number) | undefined
  /** How often changes of other processes are looked for; null = never. */
  readonly pollEveryMs?: number | null | undefined
  readonly logger?: Logger | undefined
}

/** Opens the people of data/ccr.db, and makes folder and file when they are missing. */
export function openSqliteAccounts(dataDir: string, options: SqliteAccountsOptions = {}): Accounts {
  createFolder(dataDir)
  return new SqliteAccounts(openWritable(directoryFile(dataDir), directoryMigrations), options)
}

/** People, sessions and passkeys are read from memory, links from the file: they are few and used once. */
class SqliteAccounts implements Accounts {
  readonly #sql: AccountSql
  readonly #now: () => number
  readonly #part: DirectoryPart
  #users = new Map<string, User>()
  readonly #sessions = new SessionBook()
  #passkeys = new Map<string, Passkey>()

  constructor(db: DatabaseSync, { now = Date.now, ...options }: SqliteAccountsOptions) {
    this.#now = now
    this.#sql = prepareAccounts(db)
    this.#part = new DirectoryPart(db, {
      ...options,
      name: 'accounts',
      load: () => this.#load(),
      writeUses: () => this.#writeUses(),
    })
  }

  users(): readonly User[] {
    return [...this.#users.values()].map((user) => this.#withUse(user))
  }

  user(id: string): User | undefined {
    const user = this.#users.get(id)
    return user === undefined ? undefined : this.#withUse(user)
  }

  userByEmail(email: string): User | undefined {
    const wanted = email.toLowerCase()
    const find = (): User | undefined => this.users().find((user) => user.email === wanted)
    const known = find()
    if (known !== undefined) return known
    // One that was made a moment ago, by another process, is known at once.
    this.#part.poll()
    return find()
  }

  async createUser({ email, name, role, channels }: NewUser): Promise<User | 'conflict'> {
    const id = createId()
    const made = [
      id,
      email.toLowerCase(),
      name,
      role,
      JSON.stringify(channels),
      this.#now(),
    ] as const
    const added = await this.#part.change(() => this.#sql.addUser.run(...made).changes)
    return added > 0 ? this.#known(id) : 'conflict'
  }

  async changeUser(
    id: string,
    change: Partial<NewUser>,
  ): Promise<User | 'missing' | 'conflict' | 'last-admin'> {
    this.#part.poll()
    const known = this.#users.get(id)
    if (known === undefined) return 'missing'
    const { email, name, role, channels } = { ...known, ...change }
    const set = [email.toLowerCase(), name, role, JSON.stringify(channels), id] as const
    const made = await this.#unlessLast(role === 'admin' ? null : known, () =>
      this.#sql.setUser.run(...set),
    )
    if (made === 'last-admin') return made
    return made > 0 ? this.#known(id) : 'conflict'
  }

  async removeUser(id: string): Promise<'removed' | 'missing' | 'last-admin'> {
    this.#part.poll()
    const known = this.#users.get(id)
    if (known === undefined) return 'missing'
    const made = await this.#unlessLast(known, () => this.#sql.removeUser.run(id))
    if (made === 'last-admin') return made
    return made > 0 ? 'removed' : 'missing'
  }

  async createLink(link: NewLink): Promise<{ readonly id: string; readonly secret: string }> {
    const id = createId()
    const secret = createSecret()
    const { purpose, email, role, channels, user, next, expiresAt } = link
    const nowMs = this.#now()
    await this.#part.write(() => {
      this.#sql.expireLinks.run(nowMs)
      return this.#sql.addLink.run(
        ...[id, hashToken(secret), purpose, email?.toLowerCase() ?? null, role],
        ...[JSON.stringify(channels), user, next, nowMs, Date.parse(expiresAt)],
      ).changes
    })
    return { id, secret }
  }

  readLink(secret: string): Link | undefined {
    const row = this.#sql.link.get(hashToken(secret), this.#now())
    return row === undefined ? undefined : linkOf(row)
  }

  async takeLink(secret: string): Promise<Link | undefined> {
    let link: Link | undefined
    await this.#part.write(() => {
      link = this.readLink(secret)
      return link === undefined ? 0 : this.#sql.removeLink.run(link.id).changes
    })
    return link
  }

  links(purpose: LinkPurpose): readonly Link[] {
    return this.#sql.links.all(purpose, this.#now()).map(linkOf)
  }

  async revokeLink(id: string): Promise<'revoked' | 'missing'> {
    return (await this.#part.write(() => this.#sql.removeLink.run(id).changes)) > 0
      ? 'revoked'
      : 'missing'
  }

  async createSession(
    user: string,
    device: string,
  ): Promise<{ readonly id: string; readonly secret: string }> {
    const id = createId()
    const secret = createSecret()
    const nowMs = this.#now()
    await this.#part.change(() => {
      this.#sql.expireSessions.run(nowMs - sessionIdleMs, nowMs - sessionMaxMs)
      this.#sql.setSeen.run(nowMs, user)
      return this.#sql.addSession.run(id, hashToken(secret), user, device, nowMs, nowMs).changes
    })
    return { id, secret }
  }

  checkSession(secret: string): { readonly session: Session; readonly user: User } | undefined {
    const hash = hashToken(secret)
    // One that was made a moment ago, by another process, is known at once.
    if (!this.#sessions.has(hash)) this.#part.poll()
    const nowMs = this.#now()
    const session = this.#sessions.find(hash, nowMs)
    if (session === undefined || !this.#users.has(session.user)) return undefined
    this.#sessions.use(session, nowMs)
    return { session, user: this.#known(session.user) }
  }

  sessions(user: string): readonly Session[] {
    return this.#sessions.of(user, this.#now())
  }

  async revokeSession(user: string, id: string): Promise<'revoked' | 'missing'> {
    const made = await this.#part.change(() => this.#sql.removeSession.run(user, id).changes)
    return made > 0 ? 'revoked' : 'missing'
  }

  async revokeSessions(user: string, except: string | null): Promise<number> {
    return await this.#part.change(() => this.#sql.removeSessions.run(user, except ?? '').changes)
  }

  passkeys(user: string): readonly Passkey[] {
    return [...this.#passkeys.values()].filter((passkey) => passkey.user === user)
  }

  passkey(id: string): Passkey | undefined {
    if (!this.#passkeys.has(id)) this.#part.poll()
    return this.#passkeys.get(id)
  }

  async addPasskey(
    passkey: Omit<Passkey, 'createdAt' | 'lastUsedAt'>,
  ): Promise<'added' | 'conflict'> {
    const { id, user, name, publicKey, counter, transports } = passkey
    const made = [JSON.stringify(transports), this.#now()] as const
    const added = await this.#part.change(
      () => this.#sql.addPasskey.run(id, user, name, publicKey, counter, ...made).changes,
    )
    return added > 0 ? 'added' : 'conflict'
  }

  async usePasskey(id: string, counter: number): Promise<'used' | 'replayed' | 'missing'> {
    const known = this.#passkeys.get(id)
    if (known === undefined) return 'missing'
    if (counter <= known.counter && (counter > 0 || known.counter > 0)) return 'replayed'
    const made = await this.#part.change(
      () => this.#sql.usePasskey.run(counter, this.#now(), id).changes,
    )
    return made > 0 ? 'used' : 'missing'
  }

  async renamePasskey(user: string, id: string, name: string): Promise<'renamed' | 'missing'> {
    const made = await this.#part.change(() => this.#sql.renamePasskey.run(name, user, id).changes)
    return made > 0 ? 'renamed' : 'missing'
  }

  async removePasskey(user: string, id: string): Promise<'removed' | 'missing'> {
    const made = await this.#part.change(() => this.#sql.removePasskey.run(user, id).changes)
    return made > 0 ? 'removed' : 'missing'
  }

  preferences(user: string): Preferences {
    const row = this.#sql.preferences.get(user)
    const parsed = preferencesSchema.safeParse(row === undefined ? {} : json(row, 'preferences'))
    return parsed.success ? parsed.data : {}
  }

  async setPreferences(user: string, preferences: Preferences): Promise<void> {
    await this.#part.write(
      () => this.#sql.setPreferences.run(JSON.stringify(preferences), user).changes,
    )
  }

  settle(): Promise<void> {
    this.#part.poll()
    return Promise.resolve()
  }

  onChange(listener: () => void, signal: AbortSignal): void {
    this.#part.onChange(listener, signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#part.close()
    return Promise.resolve()
  }

  #known(id: string): User {
    const user = this.user(id)
    if (user === undefined) throw new Error('what was just written is not there')
    return user
  }

  /** In one transaction with the question who else administers, so that two cannot both leave. */
  async #unlessLast(
    leaving: User | null,
    work: () => { readonly changes: number | bigint },
  ): Promise<number | 'last-admin'> {
    const isLast = (): boolean =>
      leaving?.role === 'admin' && Number(this.#sql.otherAdmins.get(leaving.id)?.['n']) === 0
    const refused = -1
    const made = await this.#part.change(() => (isLast() ? refused : work().changes))
    return made === refused ? 'last-admin' : made
  }

  #withUse(user: User): User {
    const seen = this.#sessions.seenAt(user.id)
    if (seen === null || (user.lastSeenAt !== null && seen <= user.lastSeenAt)) return user
    return { ...user, lastSeenAt: seen }
  }

  #load(): void {
    this.#users = new Map(this.#sql.users.all().map((row) => [text(row, 'id'), userOf(row)]))
    this.#sessions.load(this.#sql.sessions.all().map(sessionOf))
    this.#passkeys = new Map(
      this.#sql.passkeys.all().map((row) => [text(row, 'id'), passkeyOf(row)]),
    )
  }

  #writeUses(): void {
    const uses = this.#sessions.uses()
    if (uses.length === 0) return
    const written = this.#part.writeUnsynced(() => {
      for (const { id, user, ms } of uses) {
        this.#sql.setUsed.run(ms, id)
        this.#sql.setSeen.run(ms, user)
      }
    })
    if (!written) return
    for (const [id, user] of this.#users) this.#users.set(id, this.#withUse(user))
    this.#sessions.written(uses)
  }
}
