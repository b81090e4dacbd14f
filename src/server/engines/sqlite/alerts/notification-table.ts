import { randomBytes } from 'node:crypto'
import { channel } from 'node:diagnostics_channel'
import type { DatabaseSync } from 'node:sqlite'
import type { Notification } from '../../../../protocol/alerts.ts'
import type { Telling, VolumeTelling, Waiting } from '../../../ports/alerts.ts'
import { transaction, rows } from '../database.ts'
import { integer, json, text } from '../../rules/columns.ts'
import { states } from './alert-schema.ts'
import { isOpen, isShown, type MentionTable } from './mention-table.ts'

/** What was handed over is remembered so long, for the limits of an hour. */
const keptMs = 86_400_000

const told = channel('ccr:alerts.told')
const handing = channel('ccr:alerts.handing')

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

  tell(tellings: readonly Telling[]): void {
    transaction(this.#db, () => {
      for (const one of tellings) this.#tell(one)
    })
    told.publish(undefined)
  }

  risen(): string[] {
    const statement = this.#db.prepare('SELECT id FROM alert WHERE risen IS NOT NULL')
    return rows(statement).map((row) => text(row, 'id'))
  }

  tellVolume(what: VolumeTelling): void {
    const { alert, restated, shown, news, most, fromMs, nowMs, dueMs } = what
    transaction(this.#db, () => {
      const { changes } = this.#db
        .prepare('UPDATE alert SET risen = ? WHERE id = ?')
        .run(nowMs, alert.id)
      if (changes === 0) return
      const newest = this.#db.prepare(`
        SELECT * FROM mention WHERE alert = ? AND head IS NULL AND start >= ? AND ${isShown}
        ORDER BY n DESC LIMIT ?`)
      const found = rows(newest, alert.id, fromMs, JSON.stringify(shown), most)
      const { id, name, query, owner, destinations } = alert
      this.#add(
        {
          ...{ id: newId(), kind: 'volume', owner, destinations },
          alert: { id, name, query, restated },
          ...{ mentions: this.#mentions.whole(found, shown).reverse(), more: 0, volume: news },
          period: { from: iso(fromMs), to: iso(nowMs) },
          because: dueMs > nowMs ? 'quiet-hours' : 'rate',
          createdAt: iso(nowMs),
        },
        dueMs,
      )
    })
  }

  calm(alert: string): void {
    this.#db.prepare('UPDATE alert SET risen = NULL WHERE id = ?').run(alert)
  }

  unhanded(nowMs: number): { readonly due: Notification[]; readonly nextMs: number | null } {
    const statement = this.#db.prepare(
      'SELECT value, due FROM notification WHERE value IS NOT NULL ORDER BY due, at, id',
    )
    const waiting = rows(statement)
    const due = waiting.filter((row) => integer(row, 'due') <= nowMs)
    const next = waiting[due.length]
    return {
      due: due.map((row) => json(row, 'value') as Notification),
      nextMs: next === undefined ? null : integer(next, 'due'),
    }
  }

  handed(ids: readonly string[]): void {
    handing.publish(undefined)
    this.#db
      .prepare('UPDATE notification SET value = NULL WHERE id IN (SELECT value FROM json_each(?))')
      .run(JSON.stringify(ids))
  }

  toldSince(sinceMs: number): (readonly [string, number])[] {
    const statement = this.#db.prepare('SELECT owner, at FROM notification WHERE at >= ?')
    return rows(statement, sinceMs).map((row) => [text(row, 'owner'), integer(row, 'at')])
  }

  #tell({ alert, restated, shown, kind, because, most, nowMs }: Telling): void {
    const ask = JSON.stringify(shown)
    const waits = `alert = ? AND state = ${states.waits}`
    this.#db
      .prepare(`UPDATE mention SET state = ${states.kept} WHERE ${waits} AND NOT ${isOpen}`)
      .run(alert.id, ask)
    const where = `${waits} AND release <= ? AND ${isShown}`
    const select = this.#db.prepare(`SELECT * FROM mention WHERE ${where} ORDER BY n LIMIT ?`)
    const found = rows(select, alert.id, nowMs, ask, most)
    const mentions = this.#mentions.whole(found, shown)
    const [first] = mentions
    if (first === undefined) return
    const update = this.#db.prepare(`UPDATE mention SET state = ${states.told} WHERE ${where}`)
    const total = Number(update.run(alert.id, nowMs, ask).changes)
    const { id, name, query, owner, destinations } = alert
    this.#add(
      {
        ...{ id: newId(), kind, owner, destinations },
        alert: { id, name, query, restated },
        ...{ mentions, more: total - mentions.length, because, volume: null },
        period: kind === 'digest' ? { from: first.trail.matched, to: iso(nowMs) } : null,
        createdAt: iso(nowMs),
      },
      nowMs,
    )
  }

  #add(notification: Notification, dueMs: number): void {
    const atMs = Date.parse(notification.createdAt)
    this.#db.prepare('DELETE FROM notification WHERE at < ? AND value IS NULL').run(atMs - keptMs)
    this.#db
      .prepare('INSERT INTO notification (id, owner, at, value, due) VALUES (?, ?, ?, ?, ?)')
      .run(notification.id, notification.owner, atMs, JSON.stringify(notification), dueMs)
  }
}

function newId(): string {
  return randomBytes(12).toString('hex')
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
