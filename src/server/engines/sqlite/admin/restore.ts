import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Position } from '../../../../protocol/position.ts'
import { createEpoch } from '../../epoch.ts'
import { openReadable, openWritable, transaction, type Migrations, rows } from '../database.ts'
import { createFolder, syncFolder } from '../data-folder.ts'
import { alertMigrations } from '../alerts/alert-schema.ts'
import { giveUpTelling } from '../alerts/give-up-telling.ts'
import { deliveryMigrations } from '../delivery/delivery-schema.ts'
import { giveUpWaiting } from '../delivery/give-up-waiting.ts'
import { directoryMigrations } from '../directory-schema.ts'
import { logMigrations } from '../log/log-schema.ts'
import { integer, text } from '../../rules/columns.ts'
import { volumeMigrations } from '../volumes/volume-schema.ts'
import { copyFile, hashFile } from './copy-file.ts'
import { listCopies, manifestName, readManifest, type ManifestFile } from './manifest.ts'

export interface RestoreOptions {
  /** A copy, or a folder of copies, of which the newest is taken. */
  readonly backup: string
  readonly dataDir: string
  readonly onFile: (what: 'checked' | 'copied', files: number, of: number) => void
}

export interface RestoreResult {
  readonly folder: string
  /** When the backup was made. */
  readonly at: string
  readonly files: number
  readonly channels: number
}

const migrationsOf: ReadonlyMap<string, Migrations> = new Map([
  ['log.db', logMigrations],
  ['ccr.db', directoryMigrations],
  ['alerts.db', alertMigrations],
  ['delivery.db', deliveryMigrations],
])

/** What is being restored lies here until it is whole, so that half of it is never served. */
const asideName = 'restoring'

/**
 * Makes a data folder of a backup. Its log is another one from now on: readers may have seen positions after the
 * backup that will be given out again, so every channel gets a new epoch. Numbers go on where the backup ended.
 */
export function restore({ backup, dataDir, onFile }: RestoreOptions): RestoreResult {
  requireEmpty(dataDir)
  const folder = existsSync(path.join(backup, manifestName))
    ? backup
    : (listCopies(backup).at(-1) ?? backup)
  const manifest = readManifest(folder)
  const files = [...manifest.files.values()]
  checkFiles(folder, files, (n) => onFile('checked', n, files.length))
  checkVersions(folder, files)
  createFolder(dataDir)
  const aside = path.join(dataDir, asideName)
  mkdirSync(aside, { mode: 0o700 })
  const made = new Set<string>()
  files.forEach((file, n) => {
    const to = path.join(aside, file.path)
    createFolder(path.dirname(to))
    made.add(path.dirname(to))
    const { sha256 } = copyFile(path.join(folder, file.path), to)
    if (sha256 !== file.sha256) throw damaged(folder, file)
    onFile('copied', n + 1, files.length)
  })
  const tips = renewEpochs(path.join(aside, 'log.db'))
  giveUpWaiting(path.join(aside, 'delivery.db'))
  giveUpTelling(path.join(aside, 'alerts.db'), tips)
  for (const each of made) syncFolder(each)
  // The log comes last: without it the folder is none of a server.
  const names = readdirSync(aside).sort((a, b) => Number(a === 'log.db') - Number(b === 'log.db'))
  for (const name of names) renameSync(path.join(aside, name), path.join(dataDir, name))
  syncFolder(dataDir)
  rmdirSync(aside)
  return { folder, at: manifest.at, files: files.length, channels: tips.size }
}

function requireEmpty(dataDir: string): void {
  if (!existsSync(dataDir)) return
  if (!statSync(dataDir).isDirectory())
    throw new Error(`${dataDir} is a file; --data names the folder to restore into`)
  const [first] = readdirSync(dataDir)
  if (first === asideName)
    throw new Error(`${dataDir} holds a restore that was interrupted; delete it and restore again`)
  if (first !== undefined)
    throw new Error(
      `${dataDir} is not empty (${first}); restore into a new folder, and start ccr serve on that one`,
    )
}

function checkFiles(
  folder: string,
  files: readonly ManifestFile[],
  onFile: (n: number) => void,
): void {
  files.forEach((file, n) => {
    const name = path.join(folder, file.path)
    if (!existsSync(name))
      throw new Error(`${name} is missing, and the manifest lists it; use another backup`)
    const { bytes, sha256 } = hashFile(name)
    if (bytes !== file.bytes || sha256 !== file.sha256) throw damaged(folder, file)
    onFile(n + 1)
  })
}

function damaged(folder: string, file: ManifestFile): Error {
  return new Error(
    `${path.join(folder, file.path)} is not what was backed up: its hash or size differs from the manifest's; use another backup`,
  )
}

/** A backup of a newer program is told before anything is copied. */
function checkVersions(folder: string, files: readonly ManifestFile[]): void {
  for (const { path: name } of files) {
    if (!name.endsWith('.db')) continue
    openReadable(path.join(folder, name), migrationsOf.get(name) ?? volumeMigrations)?.close()
  }
}

/** Where each channel's log ends, under its new name. */
function renewEpochs(file: string): Map<string, Position> {
  const db = openWritable(file, logMigrations)
  try {
    const set = db.prepare('UPDATE channel SET epoch = ? WHERE name = ?')
    const tips = new Map(
      rows(db.prepare('SELECT name, tip FROM channel')).map((row) => [
        text(row, 'name'),
        { epoch: createEpoch(), seq: integer(row, 'tip') },
      ]),
    )
    transaction(db, () => {
      for (const [name, { epoch }] of tips) set.run(epoch, name)
    })
    // One file again, to be renamed.
    db.exec('PRAGMA journal_mode = DELETE')
    return tips
  } finally {
    db.close()
  }
}
