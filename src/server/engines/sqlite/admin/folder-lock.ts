import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { storageFailure } from '../database.ts'

/** Not waiting at all would lose to a look of another that takes no time. */
const shortWaitMs = 50

/** A lock between processes on a file that holds nothing: the operating system's, gone with its process. */
export class FolderLock implements Disposable {
  readonly #db: DatabaseSync

  /** `waitMs`: how long to wait for whoever holds it. */
  constructor(file: string, waitMs = shortWaitMs) {
    closeSync(openSync(file, 'a', 0o600))
    this.#db = new DatabaseSync(file, { timeout: waitMs })
  }

  /** False when another holds it. */
  take(): boolean {
    try {
      this.#db.exec('BEGIN EXCLUSIVE')
      return true
    } catch (error) {
      if (storageFailure(error) === 'the database is locked') return false
      throw error
    }
  }

  release(): void {
    this.#db.exec('ROLLBACK')
  }

  /** What `work` answers; undefined, without calling it, while another holds the lock. */
  during<T>(work: () => T): T | undefined {
    if (!this.take()) return undefined
    try {
      return work()
    } finally {
      this.release()
    }
  }

  close(): void {
    this.#db.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
