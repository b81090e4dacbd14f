import { existsSync } from 'node:fs'
import { openWritable } from '../database.ts'
import { deliveryMigrations } from './delivery-schema.ts'

/**
 * What waited when a backup was made may have been sent since: after a restore it is a dead letter, which its owner can
 * send again, and no letter of weeks ago comes twice.
 */
export function giveUpWaiting(file: string): void {
  if (!existsSync(file)) return
  const db = openWritable(file, deliveryMigrations)
  try {
    db.exec(`
      BEGIN IMMEDIATE;
      UPDATE delivery SET state = 'dead', finished = created, problem = 'it waited when the backup was made'
        WHERE state = 'waiting';
      UPDATE destination SET next = NULL;
      COMMIT;
    `)
    // One file again, to be renamed.
    db.exec('PRAGMA journal_mode = DELETE')
  } finally {
    db.close()
  }
}
