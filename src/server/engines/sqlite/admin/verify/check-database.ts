import { existsSync } from 'node:fs'
import path from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { messageOf } from '../../../../../protocol/message-of.ts'
import { openReadable, storageFailure, type Migrations } from '../../database.ts'
import { volumeMigrations } from '../../volumes/volume-schema.ts'
import { indexMigrations } from '../../index/format/index-schema.ts'
import { restoreIt, type Findings } from './findings.ts'

/** Databases that are made while the server runs, when the first cue of their month is filed. */
const monthly: ReadonlySet<Migrations> = new Set([volumeMigrations, indexMigrations])

/**
 * Opens one database, holds it against SQLite's own check, and lets `work` look into it. Whatever it cannot read is
 * a problem and no end: the rest of the folder is looked at all the same.
 */
export function withDatabase(
  file: string,
  migrations: Migrations,
  findings: Findings,
  work: (db: DatabaseSync) => void,
): void {
  if (!existsSync(file)) {
    findings.problem(`${file} is missing; ${restoreIt}.`)
    return
  }
  let db: DatabaseSync | undefined
  try {
    db = openReadable(file, migrations)
    if (db === undefined) {
      // May be only just being made: what should be in a volume is missed elsewhere, and an index is made again.
      if (!monthly.has(migrations)) findings.problem(`${file} has no tables; ${restoreIt}.`)
      return
    }
    findings.count('databases')
    const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version'])
    if (version < migrations.length && path.basename(file) === 'log.db') {
      findings.problem(
        `${file} has schema version ${version} of ${migrations.length}; start ccr serve once, which brings it up to date.`,
      )
      return
    }
    for (const { integrity_check: said } of db.prepare('PRAGMA integrity_check(20)').all())
      if (said !== 'ok') findings.problem(`${file} is damaged (${String(said)}); ${restoreIt}.`)
    work(db)
  } catch (error) {
    const reason = messageOf(error)
    const known = storageFailure(error)
    // A database of a newer program says itself what to do.
    if (error instanceof Error && error.name === 'FutureDatabaseError')
      findings.problem(`${reason}.`)
    else findings.problem(`${file} cannot be read to its end: ${known ?? reason}; ${restoreIt}.`)
  } finally {
    db?.close()
  }
}
