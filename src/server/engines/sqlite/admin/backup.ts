import { existsSync, globSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { openReadable, type Migrations, rows } from '../database.ts'
import { alertMigrations } from '../alerts/alert-schema.ts'
import {
  alertsFile,
  binDir,
  createFolder,
  deliveryFile,
  directoryFile,
  filingLockFile,
  keepingLockFile,
  logFile,
  syncFolder,
  volumeFile,
  volumeMonths,
} from '../data-folder.ts'
import { deliveryMigrations } from '../delivery/delivery-schema.ts'
import { directoryMigrations } from '../directory-schema.ts'
import { logMigrations } from '../log/log-schema.ts'
import { text } from '../../rules/columns.ts'
import { volumeMigrations } from '../volumes/volume-schema.ts'
import { copyFile, fingerprint, hashFile, linkFile, syncFile } from './copy-file.ts'
import { FolderLock } from './folder-lock.ts'
import { listCopies, readManifest, writeManifest, type ManifestFile } from './manifest.ts'

export interface BackupOptions {
  readonly dataDir: string
  /** Every run makes a folder of its own in it, and shares with the last what has not changed. */
  readonly destination: string
  readonly version: string
  readonly nowMs: number
  readonly onFile: (files: number, bytes: number) => void
}

export interface BackupResult {
  readonly folder: string
  readonly files: number
  readonly bytes: number
  /** Files that the last copy had already. */
  readonly shared: number
}

/** A pass of the filer or of the keeper takes seconds; a backup of another kind takes longer. */
const lockWaitMs = 60_000

/**
 * Copies a data folder while a server works on it.
 *
 * What is stored moves one way: from the log into volumes and BIN files, and leaves the log only when it is safe there.
 * So the copy is whole when the log is copied first and the volumes after it: what the log no longer had, they have. They
 * must not have more than the log knows of, or the restored log would give out its numbers again; so the filer rests
 * from the copy of the log until that of the last volume that has changed. BIN files come last: every one that a
 * volume names was there before its name was, and stays while the keeper rests. Volumes of months long past are
 * copied first of all and looked at again under the lock, so that the filer rests for seconds.
 */
export function backUp(options: BackupOptions): BackupResult {
  const { dataDir, destination } = options
  if (!existsSync(logFile(dataDir)))
    throw new Error(
      `${dataDir} is no data folder: it has no log.db; --data names the one of ccr serve`,
    )
  const inside = path.relative(path.resolve(dataDir), path.resolve(destination))
  if (inside === '' || (!inside.startsWith('..') && !path.isAbsolute(inside)))
    throw new Error(
      `${destination} is within the data folder; name a folder elsewhere, best on another disk`,
    )
  createFolder(destination)
  for (const name of globSync('*Z.part', { cwd: destination }))
    rmSync(path.join(destination, name), { recursive: true })
  return new Backup(options).run()
}

class Backup {
  readonly #options: BackupOptions
  readonly #target: string
  readonly #part: string
  readonly #previous: string | undefined
  readonly #known: ReadonlyMap<string, ManifestFile>
  readonly #files = new Map<string, ManifestFile>()
  readonly #folders = new Set<string>()
  #bytes = 0
  #shared = 0

  constructor(options: BackupOptions) {
    this.#options = options
    const name = new Date(options.nowMs).toISOString().replaceAll(/[:.]/g, '-')
    this.#target = path.join(options.destination, name)
    this.#part = `${this.#target}.part`
    this.#previous = listCopies(options.destination).at(-1)
    this.#known = this.#previous === undefined ? new Map() : readManifest(this.#previous).files
  }

  run(): BackupResult {
    const { dataDir, destination, version, nowMs } = this.#options
    using keeping = new FolderLock(keepingLockFile(dataDir), lockWaitMs)
    take(keeping)
    mkdirSync(this.#part, { mode: 0o700 })
    const months = existsSync(path.join(dataDir, 'archive')) ? volumeMonths(dataDir).sort() : []
    for (const month of months.slice(0, -1)) this.#copyVolume(month)
    {
      using filing = new FolderLock(filingLockFile(dataDir), lockWaitMs)
      take(filing)
      this.#copyDatabase(logFile(dataDir), 'log.db', logMigrations)
      this.#copyDatabase(directoryFile(dataDir), 'ccr.db', directoryMigrations)
      // Made when something is sent for the first time.
      if (existsSync(deliveryFile(dataDir)))
        this.#copyDatabase(deliveryFile(dataDir), 'delivery.db', deliveryMigrations)
      // Made when the first alert is.
      if (existsSync(alertsFile(dataDir)))
        this.#copyDatabase(alertsFile(dataDir), 'alerts.db', alertMigrations)
      for (const month of months.length === 0 ? [] : volumeMonths(dataDir)) this.#copyVolume(month)
    }
    for (const name of [...this.#files.keys()])
      if (name.startsWith('archive/')) this.#copyBinFiles(name)
    writeManifest(this.#part, { ccr: version, at: new Date(nowMs).toISOString() }, this.#files)
    for (const folder of this.#folders) syncFolder(folder)
    syncFolder(this.#part)
    renameSync(this.#part, this.#target)
    syncFolder(destination)
    const files = this.#files.size
    return { folder: this.#target, files, bytes: this.#bytes, shared: this.#shared }
  }

  #copyVolume(month: number): void {
    const file = volumeFile(this.#options.dataDir, month)
    this.#copyDatabase(file, `archive/${path.basename(file)}`, volumeMigrations)
  }

  /** By VACUUM INTO: one moment of the database, whatever is written to it meanwhile, and without its gaps. */
  #copyDatabase(file: string, name: string, migrations: Migrations): void {
    const source = fingerprint(file)
    if (this.#files.get(name)?.source === source) return
    const to = path.join(this.#part, name)
    rmSync(to, { force: true })
    if (this.#share(name, source, to)) return
    const db = openReadable(file, migrations)
    if (db === undefined) {
      // A volume that is only just being made holds nothing yet.
      if (name.startsWith('archive/')) return
      throw new Error(`${file} is not there; start ccr serve on the folder once`)
    }
    try {
      this.#makeFolder(path.dirname(to))
      db.prepare('VACUUM INTO ?').run(to)
    } finally {
      db.close()
    }
    syncFile(to)
    this.#note({ path: name, ...hashFile(to), source })
  }

  #copyBinFiles(volume: string): void {
    const db = openReadable(path.join(this.#part, volume), volumeMigrations)
    if (db === undefined) return
    try {
      for (const row of rows(db.prepare('SELECT path FROM bin_file'))) {
        const name = `bin/${text(row, 'path').replaceAll(path.sep, '/')}`
        if (!this.#files.has(name))
          this.#copyBinFile(name, path.join(binDir(this.#options.dataDir), text(row, 'path')))
      }
    } finally {
      db.close()
    }
  }

  #copyBinFile(name: string, file: string): void {
    if (!existsSync(file))
      throw new Error(
        `${file} is missing, and a volume names it; ccr verify tells what else is wrong`,
      )
    const source = fingerprint(file)
    const to = path.join(this.#part, name)
    this.#makeFolder(path.dirname(to))
    if (!this.#share(name, source, to)) this.#note({ path: name, ...copyFile(file, to), source })
  }

  /** What the last copy holds unchanged gets a second name. */
  #share(name: string, source: string, to: string): boolean {
    const known = this.#known.get(name)
    if (this.#previous === undefined || known?.source !== source) return false
    this.#makeFolder(path.dirname(to))
    if (!linkFile(path.join(this.#previous, name), to)) return false
    this.#shared++
    this.#note(known)
    return true
  }

  #note(file: ManifestFile): void {
    this.#bytes += file.bytes - (this.#files.get(file.path)?.bytes ?? 0)
    this.#files.set(file.path, file)
    this.#options.onFile(this.#files.size, this.#bytes)
  }

  #makeFolder(folder: string): void {
    if (this.#folders.has(folder)) return
    createFolder(folder)
    this.#folders.add(folder)
  }
}

function take(lock: FolderLock): void {
  if (!lock.take())
    throw new Error(
      'another backup of the folder, or its keeper, is at work and does not end; try again later',
    )
}
