import type { Preferences } from '../../../../protocol/accounts.ts'
import type { Link, LinkPurpose, Passkey, User } from '../../../ports/accounts.ts'
import { SessionBook } from '../../rules/session-book.ts'
import type { Postgres } from '../database.ts'
import type { ChangedRows } from '../directory/journal.ts'
import {
  linkOf,
  passkeyOf,
  sessionOf,
  userOf,
  type StoredLink,
  type StoredUser,
} from './account-rows.ts'

/** All rows of accounts, as every node holds them. */
export class AccountMemory {
  readonly sessions = new SessionBook()
  readonly #database: Postgres
  readonly #users = new Map<string, StoredUser>()
  readonly #ids = new Map<string, string>()
  readonly #passkeys = new Map<string, Passkey>()
  readonly #links = new Map<string, StoredLink>()
  readonly #linkIds = new Map<string, string>()
  #sorted: readonly string[] | undefined

  constructor(database: Postgres) {
    this.#database = database
  }

  /** By address. */
  users(): readonly User[] {
    this.#sorted ??= [...this.#ids].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, id]) => id)
    return this.#sorted.flatMap((id) => this.user(id) ?? [])
  }

  user(id: string): User | undefined {
    const user = this.#users.get(id)?.user
    if (user === undefined) return undefined
    const seen = this.sessions.seenAt(id)
    if (seen === null || (user.lastSeenAt !== null && seen <= user.lastSeenAt)) return user
    return { ...user, lastSeenAt: seen }
  }

  userByEmail(email: string): User | undefined {
    return this.user(this.#ids.get(email.toLowerCase()) ?? '')
  }

  preferences(user: string): Preferences {
    return this.#users.get(user)?.preferences ?? {}
  }

  /** In order of making. */
  passkeys(user: string): readonly Passkey[] {
    return [...this.#passkeys.values()]
      .filter((passkey) => passkey.user === user)
      .sort((a, b) => compare(a, b))
  }

  passkey(id: string): Passkey | undefined {
    return this.#passkeys.get(id)
  }

  /** That has not expired. */
  link(hash: string, nowMs: number): Link | undefined {
    const stored = this.#links.get(hash)
    return stored === undefined || stored.expiresMs <= nowMs ? undefined : stored.link
  }

  /** In order of making. */
  links(purpose: LinkPurpose, nowMs: number): readonly Link[] {
    return [...this.#links.values()]
      .filter(({ link, expiresMs }) => link.purpose === purpose && expiresMs > nowMs)
      .map(({ link }) => link)
      .sort((a, b) => compare(a, b))
  }

  /** Notes of use that are written, by whichever node. */
  seen(id: string, seenMs: number): void {
    const stored = this.#users.get(id)
    if (stored === undefined) return
    const lastSeenAt = new Date(seenMs).toISOString()
    if (stored.user.lastSeenAt === null || stored.user.lastSeenAt < lastSeenAt)
      this.#users.set(id, { ...stored, user: { ...stored.user, lastSeenAt } })
  }

  async load(): Promise<void> {
    const users = (await this.#all('SELECT * FROM person')).map(userOf)
    const sessions = (await this.#all('SELECT * FROM session')).map(sessionOf)
    const passkeys = (await this.#all('SELECT * FROM passkey')).map(passkeyOf)
    const links = (await this.#all('SELECT * FROM link')).map(linkOf)
    for (const map of [this.#users, this.#ids, this.#passkeys, this.#links, this.#linkIds])
      map.clear()
    this.#sorted = undefined
    this.sessions.load(sessions)
    users.forEach((user) => this.#putUser(user))
    passkeys.forEach((passkey) => this.#passkeys.set(passkey.id, passkey))
    links.forEach((link) => this.#putLink(link))
  }

  async reload(changed: ChangedRows): Promise<void> {
    const { person = [], session = [], passkey = [], link = [] } = Object.fromEntries(changed)
    const users = (await this.#some('person', person)).map(userOf)
    const sessions = (await this.#some('session', session)).map(sessionOf)
    const passkeys = (await this.#some('passkey', passkey)).map(passkeyOf)
    const links = (await this.#some('link', link)).map(linkOf)
    const left = new Set(users.map(({ user }) => user.id))
    for (const id of person) this.#removeUser(id, !left.has(id))
    for (const id of session) this.sessions.remove(id)
    for (const id of passkey) this.#passkeys.delete(id)
    for (const id of link) this.#removeLink(id)
    users.forEach((user) => this.#putUser(user))
    sessions.forEach((read) => this.sessions.put(read))
    passkeys.forEach((read) => this.#passkeys.set(read.id, read))
    links.forEach((read) => this.#putLink(read))
  }

  #putUser(stored: StoredUser): void {
    this.#users.set(stored.user.id, stored)
    this.#ids.set(stored.user.email, stored.user.id)
    this.#sorted = undefined
  }

  /** `withAll`: and what was theirs, which the database removes without a word. */
  #removeUser(id: string, withAll: boolean): void {
    const email = this.#users.get(id)?.user.email ?? ''
    if (this.#ids.get(email) === id) this.#ids.delete(email)
    this.#users.delete(id)
    this.#sorted = undefined
    if (!withAll) return
    this.sessions.removeOf(id)
    for (const passkey of this.passkeys(id)) this.#passkeys.delete(passkey.id)
    for (const { link } of [...this.#links.values()])
      if (link.user === id) this.#removeLink(link.id)
  }

  #putLink(stored: StoredLink): void {
    this.#links.set(stored.hash, stored)
    this.#linkIds.set(stored.link.id, stored.hash)
  }

  #removeLink(id: string): void {
    this.#links.delete(this.#linkIds.get(id) ?? '')
    this.#linkIds.delete(id)
  }

  async #all(sql: string): Promise<readonly unknown[]> {
    return (await this.#database.query(sql)).rows
  }

  async #some(
    table: 'person' | 'session' | 'passkey' | 'link',
    ids: readonly string[],
  ): Promise<readonly unknown[]> {
    if (ids.length === 0) return []
    return (await this.#database.query(`SELECT * FROM ${table} WHERE id = ANY($1)`, [ids])).rows
  }
}

function compare(
  a: { readonly id: string; readonly createdAt: string },
  b: { readonly id: string; readonly createdAt: string },
): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1
  return a.id < b.id ? -1 : 1
}
