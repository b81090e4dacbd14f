import { existsSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { StatementSync } from 'node:sqlite'
import { FolderLock } from '../admin/folder-lock.ts'
import {
  binDir,
  filingLockFile,
  keepingLockFile,
  volumeFile,
  volumeMonths,
} from '../data-folder.ts'
import { LogForgetter } from '../log/log-forgetter.ts'
import type { LogReader } from '../log/log-reader.ts'
import { integer } from '../../rules/columns.ts'
import { rows } from '../database.ts'
import { monthStartMs } from './months.ts'
import { VolumeEraser } from './volume-eraser.ts'

export interface EraseInput {
  readonly channel: string
  readonly beforeMs: number
}

/** Retention in the volumes and BIN files of a data folder, kept out while a backup copies them. */
export class Eraser {
  readonly #dataDir: string
  readonly #forgetter: LogForgetter
  readonly #shelf: StatementSync
  readonly #locks: readonly [FolderLock, FolderLock]

  constructor(dataDir: string, log: LogReader) {
    this.#dataDir = dataDir
    this.#forgetter = new LogForgetter(log.db)
    this.#shelf = log.db.prepare(
      'SELECT month FROM shelf JOIN channel ON id = shelf.channel WHERE name = ? ORDER BY month',
    )
    this.#locks = [
      new FolderLock(keepingLockFile(dataDir)),
      new FolderLock(filingLockFile(dataDir)),
    ]
  }

  /** Whether there is anything to remove; null while a backup is made. */
  holds(input: EraseInput): boolean | null {
    const { channel, beforeMs } = input
    const found = this.#locked(
      () =>
        this.#forgetter.holds(channel, beforeMs) ||
        this.#months(input).some((month) => {
          using volume = this.#volume(month)
          return volume.holds(channel, beforeMs)
        }),
    )
    return found ?? null
  }

  /** Answers the months in which nothing of the channel is left; null while a backup is made. */
  erase(input: EraseInput): readonly number[] | null {
    const { channel, beforeMs } = input
    const emptied = this.#locked(() =>
      this.#months(input).filter((month) => {
        using volume = this.#volume(month)
        const { files, isEmpty } = volume.erase(channel, beforeMs)
        // After their rows: a file that a volume names must be there.
        for (const file of files) rmSync(path.join(binDir(this.#dataDir), file), { force: true })
        return isEmpty
      }),
    )
    if (emptied === undefined) return null
    this.#removeDays(channel, beforeMs)
    return emptied
  }

  close(): void {
    for (const lock of this.#locks) lock.close()
  }

  #locked<T>(work: () => T): T | undefined {
    const [keeping, filing] = this.#locks
    return keeping.during(() => filing.during(work))
  }

  #months({ channel, beforeMs }: EraseInput): number[] {
    const listed = rows(this.#shelf, channel).map((row) => integer(row, 'month'))
    const made = new Set(volumeMonths(this.#dataDir))
    return listed.filter((month) => made.has(month) && monthStartMs(month) < beforeMs)
  }

  #volume(month: number): VolumeEraser {
    return new VolumeEraser(volumeFile(this.#dataDir, month), month)
  }

  /** Folders of days long past, with whatever a crash has left in them. */
  #removeDays(channel: string, beforeMs: number): void {
    const folder = path.join(binDir(this.#dataDir), channel)
    if (!existsSync(folder)) return
    const firstKept = new Date(beforeMs).toISOString().slice(0, 10)
    for (const day of readdirSync(folder))
      if (/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(day) && day < firstKept)
        rmSync(path.join(folder, day), { recursive: true, force: true })
  }
}
