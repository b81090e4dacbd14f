import { existsSync } from 'node:fs'
import type { Position } from '../../../../protocol/position.ts'
import { openWritable, transaction } from '../database.ts'
import { alertMigrations, states } from './alert-schema.ts'

/**
 * After a restore: what waited to be told when the backup was made may have been told since, and is history. `tips`: where
 * each channel's log ends under the name it has now; it is heard on from where it was.
 */
export function giveUpTelling(file: string, tips: ReadonlyMap<string, Position>): void {
  if (!existsSync(file)) return
  const db = openWritable(file, alertMigrations)
  try {
    const move = db.prepare('UPDATE place SET epoch = ?, seq = min(seq, ?) WHERE channel = ?')
    transaction(db, () => {
      db.exec(`UPDATE mention SET state = ${states.kept} WHERE state = ${states.waits}`)
      db.exec('UPDATE notification SET value = NULL')
      for (const [channel, { epoch, seq }] of tips) move.run(epoch, seq, channel)
    })
    // One file again, to be renamed.
    db.exec('PRAGMA journal_mode = DELETE')
  } finally {
    db.close()
  }
}
