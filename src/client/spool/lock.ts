import { rmSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** The folder is another sender's. */
export class SpoolBusyError extends Error {
  override name = 'SpoolBusyError'
}

/** SQLite's code for a database that another connection holds (https://sqlite.org/rescode.html#busy). */
const busyCode = 5
const notDatabaseCode = 26

/**
 * Takes a folder; returns how to give it back. The lock is the operating system's, on an empty database,
 * so that it ends with the process however that ends. Throws SpoolBusyError, or the disk's error.
 */
export function lockFolder(folder: string): () => void {
  const file = path.join(folder, 'lock.db')
  try {
    return lockFile(file)
  } catch (error) {
    if (codeOf(error) === busyCode)
      throw new SpoolBusyError(
        `the spool ${folder} is in use by another ccr send; give this one another --spool, or stop that one`,
        { cause: error },
      )
    if (codeOf(error) !== notDatabaseCode) throw error
    // Nobody can hold what is not a database; it holds nothing either.
    rmSync(file, { force: true })
    return lockFile(file)
  }
}

function lockFile(file: string): () => void {
  const database = new DatabaseSync(file)
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    throw error
  }
  return () => database.close()
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'errcode' in error ? error.errcode : undefined
}
