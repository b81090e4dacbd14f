import { channel } from 'node:diagnostics_channel'
import type { DatabaseSync } from 'node:sqlite'
import type { Notification } from '../../../../protocol/alerts.ts'
import type {
  DeliveryFilter,
  DeliveryRecord,
  DeliveryOutput,
  Job,
  NewDelivery,
  Verdict,
} from '../../../ports/delivery.ts'
import { transaction, rows } from '../database.ts'
import { integer, json, text, type Row } from '../../rules/columns.ts'
import type { Settled } from './delivery-calls.ts'
import { deliveryOf, destinationOf, mostWaiting, shownAttempts } from '../../rules/delivery-rows.ts'

const sweptRows = 500

const settling = channel('ccr:delivery.settling')

/** What waits and what became of it, in data/delivery.db. */
export class QueueStore {
  readonly #db: DatabaseSync

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  add(deliveries: readonly NewDelivery[], nowMs: number): void {
    transaction(this.#db, () => {
      for (const each of deliveries) this.#addOne(each, nowMs)
    })
  }

  due({ nowMs, limit, busy, full }: Parameters<DeliveryOutput['due']>[0]): {
    readonly jobs: Job[]
    readonly nextMs: number | null
  } {
    const waiting = rows(
      this.#db.prepare(
        `SELECT * FROM destination WHERE next IS NOT NULL
           AND id NOT IN (SELECT value FROM json_each(?))
           AND json_extract(settings, '$.kind') NOT IN (SELECT value FROM json_each(?))
         ORDER BY next, id LIMIT ?`,
      ),
      ...[JSON.stringify(busy), JSON.stringify(full), limit + 1],
    )
    const due = waiting.filter((row) => integer(row, 'next') <= nowMs).slice(0, limit)
    const later = waiting[due.length]
    const oldest = this.#db.prepare(
      "SELECT * FROM delivery WHERE destination = ? AND state = 'waiting' ORDER BY id LIMIT 1",
    )
    const jobs = due.flatMap((row) => {
      const found = oldest.get(text(row, 'id'))
      if (found === undefined) return []
      return {
        delivery: integer(found, 'id'),
        notification: json(found, 'notification') as Notification,
        destination: destinationOf(row),
        attempts: integer(found, 'attempts'),
        since: integer(found, 'since'),
      }
    })
    return { jobs, nextMs: later === undefined ? null : integer(later, 'next') }
  }

  settle(all: readonly Settled[]): void {
    settling.publish(undefined)
    transaction(this.#db, () => {
      for (const one of all) this.#settle(one)
    })
  }

  list({ owner, state, before, limit }: DeliveryFilter): DeliveryRecord[] {
    const parts = ['delivery.id < ?']
    const values: (string | number)[] = [before ?? Number.MAX_SAFE_INTEGER]
    if (owner !== null) parts.push('delivery.owner = ?')
    if (owner !== null) values.push(owner)
    if (state !== null) parts.push('delivery.state = ?')
    if (state !== null) values.push(state)
    const sql = `SELECT delivery.*, destination.next FROM delivery
      LEFT JOIN destination ON destination.id = delivery.destination
      WHERE ${parts.join(' AND ')} ORDER BY delivery.id DESC LIMIT ?`
    return rows(this.#db.prepare(sql), ...values, limit).map((row) => this.#record(row))
  }

  replay(id: number, owner: string, nowMs: number): 'replayed' | 'missing' | 'disabled' {
    return transaction(this.#db, () => {
      const row = this.#db
        .prepare(
          `SELECT destination.id, destination.state FROM delivery
           JOIN destination ON destination.id = delivery.destination
           WHERE delivery.id = ? AND delivery.owner = ?`,
        )
        .get(id, owner)
      if (row === undefined) return 'missing'
      if (text(row, 'state') !== 'active') return 'disabled'
      this.#db
        .prepare(
          `UPDATE delivery SET state = 'waiting', attempts = 0, since = ?, finished = NULL, problem = NULL
           WHERE id = ?`,
        )
        .run(nowMs, id)
      this.#wake(text(row, 'id'), nowMs)
      return 'replayed'
    })
  }

  /** What of an alert waits for a destination that wants no more of it. */
  giveUp(destination: string, alert: string): void {
    transaction(this.#db, () => {
      this.#db
        .prepare("DELETE FROM delivery WHERE destination = ? AND alert = ? AND state = 'waiting'")
        .run(destination, alert)
      const next = this.#db.prepare('SELECT next FROM destination WHERE id = ?').get(destination)
      // One that nothing waits for must not take the place of others among what is due.
      if (next?.['next'] != null) this.#wake(destination, integer(next, 'next'))
    })
  }

  /** What the alert was called when it was last told there. */
  alertName(destination: string, alert: string): string {
    const row = this.#db
      .prepare(
        'SELECT notification FROM delivery WHERE destination = ? AND alert = ? ORDER BY id DESC LIMIT 1',
      )
      .get(destination, alert)
    return row === undefined ? alert : (json(row, 'notification') as Notification).alert.name
  }

  sweep(beforeMs: number): boolean {
    return transaction(this.#db, () => {
      const ids = rows(
        this.#db.prepare('SELECT id FROM delivery WHERE finished < ? LIMIT ?'),
        beforeMs,
        sweptRows,
      ).map((row) => integer(row, 'id'))
      const attempts = this.#db.prepare('DELETE FROM attempt WHERE delivery = ?')
      const delivery = this.#db.prepare('DELETE FROM delivery WHERE id = ?')
      for (const id of ids) {
        attempts.run(id)
        delivery.run(id)
      }
      return ids.length === sweptRows
    })
  }

  #settle({ delivery, at, ms, verdict }: Settled): void {
    const row = this.#db
      .prepare("SELECT destination FROM delivery WHERE id = ? AND state = 'waiting'")
      .get(delivery)
    // Its destination was removed, or the alert stopped, while it was on its way.
    if (row === undefined) return
    const destination = text(row, 'destination')
    const problem = 'problem' in verdict ? verdict.problem : null
    if (verdict.verdict !== 'wait') this.#note(delivery, at, ms, problem)
    this.#apply(delivery, destination, verdict, at, problem)
  }

  #addOne({ notification, destination }: NewDelivery, nowMs: number): void {
    const { id: key, owner, alert } = notification
    const row = this.#db
      .prepare('SELECT state FROM destination WHERE id = ? AND owner = ?')
      .get(destination, owner)
    if (row === undefined || this.#isStopped(destination, alert.id, nowMs)) return
    const problem = this.#obstacle(text(row, 'state'), destination)
    const { changes } = this.#db
      .prepare(
        `INSERT OR IGNORE INTO delivery
         (key, destination, owner, alert, notification, state, created, since, finished, problem)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        ...[key, destination, owner, alert.id, JSON.stringify(notification)],
        ...[problem === null ? 'waiting' : 'dead', nowMs, nowMs],
        ...[problem === null ? null : nowMs, problem],
      )
    if (changes === 1 && problem === null)
      // Behind those that wait already, however long they wait.
      this.#db
        .prepare('UPDATE destination SET next = ? WHERE id = ? AND next IS NULL')
        .run(nowMs, destination)
  }

  /** Why nothing can be sent there now. */
  #obstacle(state: string, destination: string): string | null {
    if (state !== 'active') return `the destination is ${state}`
    const counted = this.#db
      .prepare("SELECT count(*) AS n FROM delivery WHERE destination = ? AND state = 'waiting'")
      .get(destination)
    if (Number(counted?.['n']) < mostWaiting) return null
    return `${mostWaiting} others wait for the destination`
  }

  #isStopped(destination: string, alert: string, nowMs: number): boolean {
    const sql =
      'SELECT 1 FROM stop WHERE destination = ? AND alert = ? AND (until IS NULL OR until > ?)'
    return this.#db.prepare(sql).get(destination, alert, nowMs) !== undefined
  }

  #note(delivery: number, at: number, ms: number, problem: string | null): void {
    this.#db.prepare('INSERT INTO attempt VALUES (?, ?, ?, ?)').run(delivery, at, ms, problem)
    this.#db.prepare('UPDATE delivery SET attempts = attempts + 1 WHERE id = ?').run(delivery)
  }

  #apply(
    delivery: number,
    destination: string,
    verdict: Verdict,
    nowMs: number,
    problem: string | null,
  ): void {
    const finish = this.#db.prepare(
      'UPDATE delivery SET state = ?, finished = ?, problem = ? WHERE id = ?',
    )
    switch (verdict.verdict) {
      case 'sent':
      case 'dead':
        finish.run(verdict.verdict, nowMs, problem, delivery)
        this.#wake(destination, nowMs)
        break
      case 'retry':
      case 'wait':
        this.#db.prepare('UPDATE delivery SET problem = ? WHERE id = ?').run(problem, delivery)
        this.#wake(destination, verdict.at)
        break
      case 'disable':
        this.#db
          .prepare(
            "UPDATE delivery SET state = 'dead', finished = ?, problem = ? WHERE destination = ? AND state = 'waiting'",
          )
          .run(nowMs, problem, destination)
        this.#db
          .prepare(
            "UPDATE destination SET state = 'disabled', problem = ?, next = NULL WHERE id = ?",
          )
          .run(problem, destination)
        break
    }
  }

  /** The oldest that waits, if any, is tried at `at`. */
  #wake(destination: string, at: number): void {
    this.#db
      .prepare(
        `UPDATE destination SET next = CASE WHEN EXISTS
           (SELECT 1 FROM delivery WHERE destination = ? AND state = 'waiting') THEN ? END
         WHERE id = ?`,
      )
      .run(destination, at, destination)
  }

  #record(row: Row): DeliveryRecord {
    const attempts = rows(
      this.#db.prepare('SELECT * FROM attempt WHERE delivery = ? ORDER BY rowid DESC LIMIT ?'),
      integer(row, 'id'),
      shownAttempts,
    )
    return deliveryOf(row, attempts.reverse())
  }
}
