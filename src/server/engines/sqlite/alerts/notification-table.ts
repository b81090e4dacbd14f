import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Notification } from '../../../../protocol/alerts.ts'
import type { Telling, Waiting } from '../../../ports/alerts.ts'
import { transaction } from '../database.ts'
import { integer, json, rows, text } from '../rows.ts'
import { states } from './alert-schema.ts'
import { isOpen, isShown, type MentionTable } from './mention-table.ts'

/** What was handed over is remembered so long, for the limits of an hour. */
const keptMs = 86_400_000

/** What is to be told, from the moment that it is decided until it is known to be handed over. */
export class NotificationTable {
  readonly #db: DatabaseSync
  readonly #mentions: MentionTable

  constructor(db: DatabaseSync, mentions: MentionTable) {
    this.#db = db
    this.#mentions = mentions
  }

  waiting(): Waiting[] {
    const statement = this.#db.prepare(
      `SELECT alert, count(*) AS count, min(matched) AS first, min(release) AS release
       FROM mention WHERE state = ${states.waits} GROUP BY alert`,
    )
    return rows(statement).map((row) => ({
      ...{ alert: text(row, 'alert'), count: integer(row, 'count') },
      firstMs: integer(row, 'first'),
      releaseMs: integer(row, 'release'),
    }))
  }

  tell(telling: Telling): Notification | undefined {
    const { alert, restated, shown, kind, because, most, nowMs } = telling
    const ask = JSON.stringify(shown)
    return transaction(this.#db, () => {
      const waits = `alert = ? AND state = ${states.waits}`
      this.#db
        .prepare(`UPDATE mention SET state = ${states.kept} WHERE ${waits} AND NOT ${isOpen}`)
        .run(alert.id, ask)
      const where = `${waits} AND release <= ? AND ${isShown}`
      const select = this.#db.prepare(`SELECT * FROM mention WHERE ${where} ORDER BY n LIMIT ?`)
      const found = rows(select, alert.id, nowMs, ask, most)
      const mentions = this.#mentions.whole(found, shown)
      const [first] = mentions
      if (first === undefined) return undefined
      const update = this.#db.prepare(`UPDATE mention SET state = ${states.told} WHERE ${where}`)
      const total = Number(update.run(alert.id, nowMs, ask).changes)
      const { id, name, query, owner, destinations } = alert
      const notification: Notification = {
        ...{ id: randomBytes(12).toString('hex'), kind, owner, destinations },
        alert: { id, name, query, restated },
        ...{ mentions, more: total - mentions.length, because, volume: null },
        period:
          kind === 'digest'
            ? { from: first.trail.matched, to: new Date(nowMs).toISOString() }
            : null,
        createdAt: new Date(nowMs).toISOString(),
      }
      this.#add(notification)
      return notification
    })
  }

  unhanded(): Notification[] {
    const statement = this.#db.prepare(
      'SELECT value FROM notification WHERE value IS NOT NULL ORDER BY at, id',
    )
    return rows(statement).map((row) => json(row, 'value') as Notification)
  }

  handed(id: string): void {
    this.#db.prepare('UPDATE notification SET value = NULL WHERE id = ?').run(id)
  }

  toldSince(sinceMs: number): (readonly [string, number])[] {
    const statement = this.#db.prepare('SELECT owner, at FROM notification WHERE at >= ?')
    return rows(statement, sinceMs).map((row) => [text(row, 'owner'), integer(row, 'at')])
  }

  #add(notification: Notification): void {
    const atMs = Date.parse(notification.createdAt)
    this.#db.prepare('DELETE FROM notification WHERE at < ? AND value IS NULL').run(atMs - keptMs)
    this.#db
      .prepare('INSERT INTO notification VALUES (?, ?, ?, ?)')
      .run(notification.id, notification.owner, atMs, JSON.stringify(notification))
  }
}
