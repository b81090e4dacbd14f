import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type {
  ChannelRecord,
  CheckedToken,
  Directory,
  Scope,
  TokenRecord,
} from '../../ports/directory.ts'
import type { Logger } from '../../ports/telemetry.ts'
import { createFolder, directoryFile } from './data-folder.ts'
import { openWritable } from './database.ts'
import { DirectoryPart } from './directory-part.ts'
import { directoryMigrations } from './directory-schema.ts'
import { integer, json, text, textOrNull, type Row } from '../rules/columns.ts'
import { createTokenText, hashToken } from '../token-text.ts'

export interface SqliteDirectoryOptions {
  readonly now?: (() => number) | undefined
  /** How often changes of other processes are looked for; null = never. */
  readonly pollEveryMs?: number | null | undefined
  readonly logger?: Logger | undefined
}

/** Uses are noted this coarsely: a write for every request would cost more than the request. */
const usedResolutionMs = 60_000

/** Opens data/ccr.db, and makes folder and file when they are missing. */
export function openSqliteDirectory(
  dataDir: string,
  options: SqliteDirectoryOptions = {},
): Directory {
  createFolder(dataDir)
  return new SqliteDirectory(openWritable(directoryFile(dataDir), directoryMigrations), options)
}

/** Channels and tokens in data/ccr.db, read from memory, and read again when any process changes them. */
class SqliteDirectory implements Directory {
  readonly #now: () => number
  readonly #sql: ReturnType<typeof prepare>
  readonly #part: DirectoryPart
  #channels = new Map<string, ChannelRecord>()
  /** By hash. */
  #tokens = new Map<string, TokenRecord>()
  /** Times of use that are not written yet, by token id. */
  readonly #used = new Map<string, number>()

  constructor(db: DatabaseSync, { now = Date.now, ...options }: SqliteDirectoryOptions) {
    this.#now = now
    this.#sql = prepare(db)
    this.#part = new DirectoryPart(db, {
      ...options,
      name: 'directory',
      load: () => this.#load(),
      writeUses: () => this.#writeUses(),
    })
  }

  channels(): readonly ChannelRecord[] {
    return [...this.#channels.values()]
  }

  channel(id: string): ChannelRecord | undefined {
    if (!this.#channels.has(id)) this.#part.poll()
    return this.#channels.get(id)
  }

  async createChannel(channel: ChannelRecord): Promise<'created' | 'conflict'> {
    const value = JSON.stringify(channel)
    const made = await this.#part.change(() => this.#sql.addChannel.run(channel.id, value).changes)
    return made > 0 ? 'created' : 'conflict'
  }

  async replaceChannel(channel: ChannelRecord): Promise<'replaced' | 'missing'> {
    const value = JSON.stringify(channel)
    const made = await this.#part.change(() => this.#sql.setChannel.run(value, channel.id).changes)
    return made > 0 ? 'replaced' : 'missing'
  }

  async removeChannel(id: string): Promise<'removed' | 'missing'> {
    const made = await this.#part.change(() => {
      const { changes } = this.#sql.removeChannel.run(id)
      if (Number(changes) > 0) this.#sql.revokeFeeds.run(this.#now(), feedScope(id))
      return changes
    })
    return made > 0 ? 'removed' : 'missing'
  }

  async createToken(
    scope: Scope,
    note: string,
    expiresAt: string | null,
    owner: string | null = null,
  ): Promise<{ readonly id: string; readonly token: string }> {
    const { id, token } = createTokenText()
    const expiresMs = expiresAt === null ? null : Date.parse(expiresAt)
    await this.#part.change(() => {
      const made = [
        id,
        hashToken(token),
        JSON.stringify(scope),
        note,
        this.#now(),
        expiresMs,
        owner,
      ]
      return this.#sql.addToken.run(...made).changes
    })
    return { id, token }
  }

  tokens(): readonly TokenRecord[] {
    return [...this.#tokens.values()].map((record) => {
      const used = this.#used.get(record.id)
      return used === undefined ? record : { ...record, lastUsedAt: new Date(used).toISOString() }
    })
  }

  async revokeToken(id: string): Promise<'revoked' | 'missing'> {
    const made = await this.#part.change(() => this.#sql.revokeToken.run(this.#now(), id).changes)
    return made > 0 ? 'revoked' : 'missing'
  }

  check(token: string): CheckedToken | undefined {
    const hash = hashToken(token)
    // One that was made a moment ago, by another process, is known at once.
    if (!this.#tokens.has(hash)) this.#part.poll()
    const found = this.#tokens.get(hash)
    if (found === undefined || found.revokedAt !== null) return undefined
    const nowMs = this.#now()
    if (found.expiresAt !== null && Date.parse(found.expiresAt) <= nowMs) return undefined
    const lastMs = found.lastUsedAt === null ? -Infinity : Date.parse(found.lastUsedAt)
    if (nowMs - lastMs >= usedResolutionMs && !this.#used.has(found.id))
      this.#used.set(found.id, nowMs)
    return { id: found.id, scope: found.scope, owner: found.owner }
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

  #load(): void {
    const channels = this.#sql.channels.all().map((row) => json(row, 'value') as ChannelRecord)
    this.#channels = new Map(channels.map((channel) => [channel.id, channel]))
    const tokens = this.#sql.tokens.all()
    this.#tokens = new Map(tokens.map((row) => [text(row, 'hash'), tokenOf(row)]))
  }

  #writeUses(): void {
    if (this.#used.size === 0) return
    const written = this.#part.writeUnsynced(() => {
      for (const [id, ms] of this.#used) this.#sql.setUsed.run(ms, id)
    })
    if (!written) return
    // In memory only: reading everything anew would hide what another process has changed since.
    for (const [hash, token] of this.#tokens) {
      const ms = this.#used.get(token.id)
      if (ms !== undefined)
        this.#tokens.set(hash, { ...token, lastUsedAt: new Date(ms).toISOString() })
    }
    this.#used.clear()
  }
}

function feedScope(channel: string): string {
  return JSON.stringify({ feed: channel } satisfies Scope)
}

function tokenOf(row: Row): TokenRecord {
  return {
    id: text(row, 'id'),
    scope: json(row, 'scope') as Scope,
    owner: textOrNull(row, 'owner'),
    note: text(row, 'note'),
    createdAt: new Date(integer(row, 'created')).toISOString(),
    expiresAt: instant(row['expires']),
    lastUsedAt: instant(row['used']),
    revokedAt: instant(row['revoked']),
  }
}

function instant(value: unknown): string | null {
  return typeof value === 'number' ? new Date(value).toISOString() : null
}

function prepare(
  db: DatabaseSync,
): Record<
  | 'channels'
  | 'tokens'
  | 'addChannel'
  | 'setChannel'
  | 'removeChannel'
  | 'addToken'
  | 'revokeToken'
  | 'revokeFeeds'
  | 'setUsed',
  StatementSync
> {
  return {
    channels: db.prepare('SELECT value FROM channel ORDER BY id'),
    tokens: db.prepare('SELECT * FROM token ORDER BY created, id'),
    addChannel: db.prepare('INSERT OR IGNORE INTO channel VALUES (?, ?)'),
    setChannel: db.prepare('UPDATE channel SET value = ? WHERE id = ?'),
    removeChannel: db.prepare('DELETE FROM channel WHERE id = ?'),
    addToken: db.prepare(
      'INSERT INTO token (id, hash, scope, note, created, expires, owner) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    revokeToken: db.prepare('UPDATE token SET revoked = ? WHERE id = ? AND revoked IS NULL'),
    revokeFeeds: db.prepare('UPDATE token SET revoked = ? WHERE scope = ? AND revoked IS NULL'),
    setUsed: db.prepare('UPDATE token SET used = ? WHERE id = ?'),
  }
}
