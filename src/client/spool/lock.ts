import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** The folder is another sender's. */
export class SpoolBusyError extends Error {
  override name = 'SpoolBusyError'
}

/** SQLite's code for a database that another connection holds (https://sqlite.org/rescode.html#busy). */
const busyCode = 5

/**
 * Takes a folder; returns how to give it back. The lock is the operating system's, on an empty database,
 * so that it ends with the process however that ends. Throws SpoolBusyError, or the disk's error.
 */
export function lockFolder(folder: string): () => void {
  const database = new DatabaseSync(path.join(folder, 'lock.db'))
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === busyCode)
      throw new SpoolBusyError(
        `the spool ${folder} is in use by another ccr send; give this one another --spool, or stop that one`,
        { cause: error },
      )
    throw error
  }
  return () => database.close()
}
