import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { CcrError } from '../../protocol/codes.ts'
import type {
  ChannelRecord,
  CheckedToken,
  Directory,
  Scope,
  TokenRecord,
} from '../ports/directory.ts'
import type { Logger } from '../ports/telemetry.ts'
import { createFolder, directoryFile } from './sqlite/data-folder.ts'
import { openWritable, storageFailure, transaction } from './sqlite/database.ts'
import { directoryMigrations } from './sqlite/directory-schema.ts'
import { PartWatch } from './sqlite/part-watch.ts'
import { integer, json, text, textOrNull, type Row } from './sqlite/rows.ts'
import { createTokenText, hashToken } from './token-text.ts'

export interface SqliteDirectoryOptions {
  readonly now?: (() => number) | undefined
  /** How often changes of other processes are looked for; null = never. */
  readonly pollEveryMs?: number | null | undefined
  readonly logger?: Logger | undefined
}

/** A look costs microseconds; a revoked token must end its feed within seconds. */
const defaultPollEveryMs = 250
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
  readonly #db: DatabaseSync
  readonly #now: () => number
  readonly #sql: ReturnType<typeof prepare>
  readonly #timer: NodeJS.Timeout | undefined
  readonly #listeners = new Set<() => void>()
  #channels = new Map<string, ChannelRecord>()
  /** By hash. */
  #tokens = new Map<string, TokenRecord>()
  /** Times of use that are not written yet, by token id. */
  readonly #used = new Map<string, number>()
  readonly #watch: PartWatch

  constructor(db: DatabaseSync, { now = Date.now, pollEveryMs, logger }: SqliteDirectoryOptions) {
    this.#db = db
    this.#now = now
    this.#sql = prepare(db)
    this.#watch = new PartWatch(db, 'directory', logger)
    this.#load()
    if (pollEveryMs === null) return
    this.#timer = setInterval(() => this.#poll(), pollEveryMs ?? defaultPollEveryMs)
    this.#timer.unref()
  }

  channels(): readonly ChannelRecord[] {
    return [...this.#channels.values()]
  }

  channel(id: string): ChannelRecord | undefined {
    if (!this.#channels.has(id)) this.#poll()
    return this.#channels.get(id)
  }

  createChannel(channel: ChannelRecord): 'created' | 'conflict' {
    const value = JSON.stringify(channel)
    const made = this.#change(() => this.#sql.addChannel.run(channel.id, value).changes)
    return made > 0 ? 'created' : 'conflict'
  }

  replaceChannel(channel: ChannelRecord): 'replaced' | 'missing' {
    const value = JSON.stringify(channel)
    const made = this.#change(() => this.#sql.setChannel.run(value, channel.id).changes)
    return made > 0 ? 'replaced' : 'missing'
  }

  removeChannel(id: string): 'removed' | 'missing' {
    const made = this.#change(() => {
      const { changes } = this.#sql.removeChannel.run(id)
      if (Number(changes) > 0) this.#sql.revokeFeeds.run(this.#now(), feedScope(id))
      return changes
    })
    return made > 0 ? 'removed' : 'missing'
  }

  createToken(
    scope: Scope,
    note: string,
    expiresAt: string | null,
    owner: string | null = null,
  ): { id: string; token: string } {
    const { id, token } = createTokenText()
    const expiresMs = expiresAt === null ? null : Date.parse(expiresAt)
    this.#change(() => {
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

  revokeToken(id: string): 'revoked' | 'missing' {
    const made = this.#change(() => this.#sql.revokeToken.run(this.#now(), id).changes)
    return made > 0 ? 'revoked' : 'missing'
  }

  check(token: string): CheckedToken | undefined {
    const hash = hashToken(token)
    // One that was made a moment ago, by another process, is known at once.
    if (!this.#tokens.has(hash)) this.#poll()
    const found = this.#tokens.get(hash)
    if (found === undefined || found.revokedAt !== null) return undefined
    const nowMs = this.#now()
    if (found.expiresAt !== null && Date.parse(found.expiresAt) <= nowMs) return undefined
    const lastMs = found.lastUsedAt === null ? -Infinity : Date.parse(found.lastUsedAt)
    if (nowMs - lastMs >= usedResolutionMs && !this.#used.has(found.id))
      this.#used.set(found.id, nowMs)
    return { id: found.id, scope: found.scope, owner: found.owner }
  }

  onChange(listener: () => void, signal: AbortSignal): void {
    if (signal.aborted) return
    // A wrapper of its own, so that one function may listen twice and stop once.
    const own = (): void => listener()
    this.#listeners.add(own)
    signal.addEventListener('abort', () => this.#listeners.delete(own), { once: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    this.#listeners.clear()
    this.#writeUses()
    this.#db.close()
    return Promise.resolve()
  }

  #change(work: () => number | bigint): number {
    const made = this.#write(work)
    if (made > 0) {
      this.#load()
      this.#tell()
    }
    return made
  }

  #write(work: () => number | bigint): number {
    try {
      return Number(transaction(this.#db, work))
    } catch (error) {
      const failure = storageFailure(error)
      if (failure === undefined) throw error
      const detail = `Nothing can be changed in ccr.db: ${failure}.`
      throw new CcrError('storage-unavailable', detail, { cause: error })
    }
  }

  #poll(): void {
    this.#writeUses()
    if (this.#watch.look(() => this.#load())) this.#tell()
  }

  #load(): void {
    this.#watch.note()
    const channels = this.#sql.channels.all().map((row) => json(row, 'value') as ChannelRecord)
    this.#channels = new Map(channels.map((channel) => [channel.id, channel]))
    const tokens = this.#sql.tokens.all()
    this.#tokens = new Map(tokens.map((row) => [text(row, 'hash'), tokenOf(row)]))
  }

  #writeUses(): void {
    if (this.#used.size === 0) return
    // Worth no fsync: a use forgotten in a power cut harms nobody.
    this.#db.exec('PRAGMA synchronous = NORMAL')
    try {
      transaction(this.#db, () => {
        for (const [id, ms] of this.#used) this.#sql.setUsed.run(ms, id)
      })
      // In memory only: reading everything anew would hide what another process has changed since.
      for (const [hash, token] of this.#tokens) {
        const ms = this.#used.get(token.id)
        if (ms !== undefined)
          this.#tokens.set(hash, { ...token, lastUsedAt: new Date(ms).toISOString() })
      }
      this.#used.clear()
    } catch {
      // A full disk or a lock: the uses are kept and written at the next look.
    } finally {
      this.#db.exec('PRAGMA synchronous = FULL')
    }
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
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
