import { channel } from 'node:diagnostics_channel'
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Row } from '../rules/columns.ts'
import { syncFolder } from './data-folder.ts'

/** Opens databases the one way that durability and concurrent readers ask for. */

/** Statements that lead from one schema version to the next; the first makes version 1. */
export type Migrations = readonly string[]

/** A database made by a newer program. */
export class FutureDatabaseError extends Error {
  override name = 'FutureDatabaseError'

  constructor(file: string, found: number, known: number) {
    super(
      `${file} has schema version ${found}, and this program knows versions up to ${known}; it was made by a newer ccr: install that one, or choose another data folder`,
    )
  }
}

/** Another process (the CLI, a reader that checkpoints) holds a lock for milliseconds only. */
const busyTimeoutMs = 5000

const migrating = channel('ccr:database.migrating')
const migrated = channel('ccr:database.migrated')

/** Opens or creates a database for writing and brings its schema up to date. */
export function openWritable(file: string, migrations: Migrations, pageSize = 4096): DatabaseSync {
  const isNew = !existsSync(file)
  // Made here, because SQLite would let everyone read it; its other files take after it.
  closeSync(openSync(file, 'a', 0o600))
  const db = new DatabaseSync(file, { timeout: busyTimeoutMs })
  try {
    // Only takes effect on a file that is still empty.
    db.exec(`PRAGMA page_size = ${pageSize}`)
    db.exec('PRAGMA journal_mode = WAL')
    // In WAL mode only FULL syncs the log at every commit, which is what an ack promises.
    db.exec('PRAGMA synchronous = FULL')
    migrate(db, file, migrations)
    // SQLite syncs the names of its logs, but not that of the database itself.
    if (isNew) syncFolder(path.dirname(file))
    return db
  } catch (error) {
    db.close()
    const failure = storageFailure(error)
    if (failure === undefined) throw error
    throw new Error(`${file} cannot be opened: ${failure}`, { cause: error })
  }
}

/** Opens a database for reading; undefined when it is not there, or only just being made. */
export function openReadable(file: string, migrations: Migrations): DatabaseSync | undefined {
  if (!existsSync(file)) return undefined
  const db = new DatabaseSync(file, { readOnly: true, timeout: busyTimeoutMs })
  try {
    const version = versionOf(db)
    if (version > migrations.length) throw new FutureDatabaseError(file, version, migrations.length)
    if (version > 0) return db
    db.close()
    return undefined
  } catch (error) {
    db.close()
    throw error
  }
}

/** Where a database's file has its schema version, as a big-endian number. */
const versionAt = 60

/**
 * Throws when a newer program made it. Only the file's head is read: of years of volumes, none is opened. What a newer
 * program left in the write-ahead log alone is found when the database is opened.
 */
export function refuseFuture(file: string, migrations: Migrations): void {
  const head = Buffer.alloc(versionAt + 4)
  const fd = openSync(file, 'r')
  try {
    if (readSync(fd, head, 0, head.length, 0) < head.length) return
  } finally {
    closeSync(fd)
  }
  if (!head.toString('latin1').startsWith('SQLite format 3\0')) return
  const version = head.readInt32BE(versionAt)
  if (version > migrations.length) throw new FutureDatabaseError(file, version, migrations.length)
}

/** Runs `work` in one transaction; whatever it throws leaves nothing behind. */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    // A full disk may have ended the transaction already.
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

/** Runs `work` on one moment of the database. */
export function snapshot<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN')
  try {
    return work()
  } finally {
    db.exec('COMMIT')
  }
}

function migrate(db: DatabaseSync, file: string, migrations: Migrations): void {
  if (versionOf(db) === migrations.length) return
  transaction(db, () => {
    // Read again under the lock: another process may have migrated meanwhile.
    const version = versionOf(db)
    if (version > migrations.length) throw new FutureDatabaseError(file, version, migrations.length)
    for (const statements of migrations.slice(version)) db.exec(statements)
    db.exec(`PRAGMA user_version = ${migrations.length}`)
    migrating.publish(undefined)
  })
  migrated.publish(undefined)
}

function versionOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.['user_version'])
}

const storageErrors = new Map([
  [5, 'the database is locked'],
  [8, 'it is read-only'],
  [10, 'reading or writing failed'],
  [11, 'the database is damaged'],
  [13, 'the disk is full'],
  [14, 'the file cannot be opened'],
  [26, 'the file is not a database'],
])

/** The sentence for a failure of the storage itself; undefined when the error is of another kind. */
export function storageFailure(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined
  return storageErrors.get(Number(error.errcode) & 0xff)
}

/** SQLite's CORRUPT and NOTADB: nothing that waiting mends. */
export function isDatabaseDamage(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error)) return false
  const code = Number(error.errcode) & 0xff
  return code === 11 || code === 26
}

export function rows(statement: StatementSync, ...values: (string | number)[]): Row[] {
  return statement.all(...values)
}
