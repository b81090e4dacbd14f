import { usedResolutionMs } from '../../ports/accounts.ts'
import type {
  ChannelRecord,
  CheckedToken,
  Directory,
  Scope,
  TokenRecord,
} from '../../ports/directory.ts'
import type { Postgres } from './database.ts'
import {
  channelOf,
  idsOf,
  scopeText,
  tokenOf,
  type StoredToken,
} from './directory/directory-rows.ts'
import { Follower, type FollowedOptions } from './directory/follower.ts'
import { change, tidyJournal, type ChangedRows } from './directory/journal.ts'
import { storable } from './plain-text.ts'
import { createTokenText, hashToken } from '../token-text.ts'

/** How far back the uses of other nodes are read: beats may fail, and clocks differ. */
const usesOfMs = 10 * 60_000

/** Channels and tokens of all nodes of a database, whose tables are there (directory-tables.ts). */
export async function openPostgresDirectory(options: FollowedOptions): Promise<Directory> {
  const directory = new PostgresDirectory(options)
  await directory.start()
  return directory
}

/** Channels and tokens in PostgreSQL, read from memory, and read again where any node changes them. */
class PostgresDirectory implements Directory {
  readonly #database: Postgres
  readonly #now: () => number
  readonly #follower: Follower
  readonly #channels = new Map<string, ChannelRecord>()
  #list: readonly ChannelRecord[] | undefined
  /** By hash. */
  readonly #tokens = new Map<string, TokenRecord>()
  /** By id. */
  readonly #hashes = new Map<string, string>()
  /** Times of use that are not written yet, by token id. */
  readonly #used = new Map<string, number>()

  constructor({ database, now = Date.now, logger, beatEveryMs }: FollowedOptions) {
    this.#database = database
    this.#now = now
    this.#follower = new Follower({
      ...{ database, logger, beatEveryMs, name: 'the directory' },
      kinds: new Set(['channel', 'token']),
      load: () => this.#load(),
      reload: (changed) => this.#reload(changed),
      beat: () => this.#beat(),
    })
  }

  async start(): Promise<void> {
    await this.#follower.start()
  }

  channels(): readonly ChannelRecord[] {
    return (this.#list ??= [...this.#channels.values()].sort((a, b) => (a.id < b.id ? -1 : 1)))
  }

  channel(id: string): ChannelRecord | undefined {
    return this.#channels.get(id)
  }

  async createChannel(channel: ChannelRecord): Promise<'created' | 'conflict'> {
    const made = await this.#change(async (client, note) => {
      const { rowCount } = await client.query(
        'INSERT INTO channel VALUES ($1, $2) ON CONFLICT (id) DO NOTHING',
        [channel.id, JSON.stringify(channel)],
      )
      if (rowCount === 1) note('channel', channel.id)
      return rowCount
    })
    return made === 1 ? 'created' : 'conflict'
  }

  async replaceChannel(channel: ChannelRecord): Promise<'replaced' | 'missing'> {
    const made = await this.#change(async (client, note) => {
      const { rowCount } = await client.query('UPDATE channel SET value = $2 WHERE id = $1', [
        channel.id,
        JSON.stringify(channel),
      ])
      if (rowCount === 1) note('channel', channel.id)
      return rowCount
    })
    return made === 1 ? 'replaced' : 'missing'
  }

  async removeChannel(id: string): Promise<'removed' | 'missing'> {
    const made = await this.#change(async (client, note) => {
      const { rowCount } = await client.query('DELETE FROM channel WHERE id = $1', [id])
      if (rowCount !== 1) return 0
      const { rows } = await client.query(
        'UPDATE token SET revoked = $1 WHERE scope = $2 AND revoked IS NULL RETURNING id',
        [this.#now(), scopeText({ feed: id })],
      )
      note('channel', id)
      note('token', ...idsOf(rows))
      return rowCount
    })
    return made === 1 ? 'removed' : 'missing'
  }

  async createToken(
    scope: Scope,
    text: string,
    expiresAt: string | null,
    owner: string | null = null,
  ): Promise<{ readonly id: string; readonly token: string }> {
    const { id, token } = createTokenText()
    const expiresMs = expiresAt === null ? null : Date.parse(expiresAt)
    await this.#change(async (client, note) => {
      await client.query(
        `INSERT INTO token (id, hash, scope, owner, note, created, expires)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [id, hashToken(token), scopeText(scope), owner, storable(text), this.#now(), expiresMs],
      )
      note('token', id)
    })
    return { id, token }
  }

  tokens(): readonly TokenRecord[] {
    return [...this.#tokens.values()].map((token) => this.#withUse(token)).sort(byAge)
  }

  async revokeToken(id: string): Promise<'revoked' | 'missing'> {
    const made = await this.#change(async (client, note) => {
      const { rowCount } = await client.query(
        'UPDATE token SET revoked = $2 WHERE id = $1 AND revoked IS NULL',
        [id, this.#now()],
      )
      if (rowCount === 1) note('token', id)
      return rowCount
    })
    return made === 1 ? 'revoked' : 'missing'
  }

  check(token: string): CheckedToken | undefined {
    const found = this.#tokens.get(hashToken(token))
    if (found === undefined || found.revokedAt !== null) return undefined
    const nowMs = this.#now()
    if (found.expiresAt !== null && Date.parse(found.expiresAt) <= nowMs) return undefined
    const { id, scope, owner, lastUsedAt } = this.#withUse(found)
    if (lastUsedAt === null || nowMs - Date.parse(lastUsedAt) >= usedResolutionMs)
      this.#used.set(id, nowMs)
    return { id, scope, owner }
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

  async #change<T>(work: Parameters<typeof change<T>>[1]): Promise<T> {
    const result = await change(this.#database, work)
    await this.#follower.catchUp()
    return result
  }

  async #load(): Promise<void> {
    const channels = (await this.#database.query('SELECT value FROM channel')).rows.map(channelOf)
    const tokens = (await this.#database.query('SELECT * FROM token')).rows.map(tokenOf)
    this.#channels.clear()
    this.#tokens.clear()
    this.#hashes.clear()
    this.#take(channels, tokens)
  }

  async #reload(changed: ChangedRows): Promise<void> {
    const [channelIds = [], tokenIds = []] = [changed.get('channel'), changed.get('token')]
    const channels = await this.#read('SELECT value FROM channel WHERE id = ANY($1)', channelIds)
    const tokens = await this.#read('SELECT * FROM token WHERE id = ANY($1)', tokenIds)
    const read = [channels.map(channelOf), tokens.map(tokenOf)] as const
    for (const id of channelIds) this.#channels.delete(id)
    for (const id of tokenIds) {
      this.#tokens.delete(this.#hashes.get(id) ?? '')
      this.#hashes.delete(id)
    }
    this.#take(...read)
  }

  async #read(sql: string, ids: readonly string[]): Promise<readonly unknown[]> {
    return ids.length === 0 ? [] : (await this.#database.query(sql, [ids])).rows
  }

  #take(channels: readonly ChannelRecord[], tokens: readonly StoredToken[]): void {
    for (const channel of channels) this.#channels.set(channel.id, channel)
    for (const { hash, token } of tokens) {
      this.#tokens.set(hash, token)
      this.#hashes.set(token.id, hash)
    }
    this.#list = undefined
  }

  async #beat(): Promise<void> {
    const uses = [...this.#used]
    // As a change, though none that others must read at once: two that touch the same rows wait for each other.
    if (uses.length > 0)
      await change(this.#database, (client) =>
        client.query(
          `UPDATE token SET used = noted.ms FROM unnest($1::text[], $2::bigint[]) AS noted (id, ms)
           WHERE token.id = noted.id AND coalesce(token.used, 0) < noted.ms`,
          [uses.map(([id]) => id), uses.map(([, ms]) => ms)],
        ),
      )
    const { rows } = await this.#database.query('SELECT * FROM token WHERE used > $1', [
      this.#now() - usesOfMs,
    ])
    for (const row of rows) {
      const { hash, token } = tokenOf(row)
      const known = this.#tokens.get(hash)
      if (known !== undefined) this.#tokens.set(hash, { ...known, lastUsedAt: token.lastUsedAt })
    }
    for (const [id, ms] of uses) if (this.#used.get(id) === ms) this.#used.delete(id)
    await tidyJournal(this.#database)
  }

  #withUse(token: TokenRecord): TokenRecord {
    const ms = this.#used.get(token.id)
    return ms === undefined ? token : { ...token, lastUsedAt: new Date(ms).toISOString() }
  }
}

function byAge(a: TokenRecord, b: TokenRecord): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1
  return a.id < b.id ? -1 : 1
}
