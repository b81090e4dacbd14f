import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { lockFile } from './data-folder.ts'
import { storageFailure } from './database.ts'

/** Whether a process writes to the folder's log now; looking disturbs none that starts meanwhile. */
export function isServed(dataDir: string): boolean {
  const file = lockFile(dataDir)
  if (!existsSync(file)) return false
  const db = new DatabaseSync(file, { timeout: 0 })
  try {
    db.exec('BEGIN EXCLUSIVE; ROLLBACK')
    return false
  } catch (error) {
    if (storageFailure(error) === 'the database is locked') return true
    throw error
  } finally {
    db.close()
  }
}
