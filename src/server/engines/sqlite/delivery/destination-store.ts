import type { DatabaseSync } from 'node:sqlite'
import type { DestinationRecord, DeliveryStore, Stop } from '../../../ports/delivery.ts'
import { transaction, rows } from '../database.ts'
import { integerOrNull, text } from '../../rules/columns.ts'
import { destinationOf } from '../../rules/delivery-rows.ts'

const dayMs = 24 * 3_600_000

type Change = Parameters<DeliveryStore['changeDestination']>[1]

/** Destinations and what is known of them, in data/delivery.db. */
export class DestinationStore {
  readonly #db: DatabaseSync

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  ofOwner(owner: string): DestinationRecord[] {
    const sql = 'SELECT * FROM destination WHERE owner = ? ORDER BY account DESC, created, id'
    return rows(this.#db.prepare(sql), owner).map(destinationOf)
  }

  get(id: string): DestinationRecord | undefined {
    const row = this.#db.prepare('SELECT * FROM destination WHERE id = ?').get(id)
    return row === undefined ? undefined : destinationOf(row)
  }

  add(record: DestinationRecord, most: number): 'added' | 'full' | 'conflict' {
    return transaction(this.#db, () => {
      const { id, owner, name, settings, secrets, isAccount, state, problem, createdAt } = record
      const counted = this.#db
        .prepare('SELECT count(*) AS n FROM destination WHERE owner = ? AND account = 0')
        .get(owner)
      if (!isAccount && Number(counted?.['n']) >= most) return 'full'
      const { changes } = this.#db
        .prepare(
          `INSERT OR IGNORE INTO destination (id, owner, name, settings, secrets, account, state, problem, created)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          ...[id, owner, name, JSON.stringify(settings), JSON.stringify(secrets)],
          ...[Number(isAccount), state, problem, Date.parse(createdAt)],
        )
      return changes === 1 ? 'added' : 'conflict'
    })
  }

  change(id: string, change: Change): void {
    transaction(this.#db, () => {
      const known = this.get(id)
      if (known === undefined) return
      const { name, settings, secrets, state, problem } = { ...known, ...change }
      this.#db
        .prepare(
          'UPDATE destination SET name = ?, settings = ?, secrets = ?, state = ?, problem = ? WHERE id = ?',
        )
        .run(name, JSON.stringify(settings), JSON.stringify(secrets), state, problem, id)
    })
  }

  remove(id: string): void {
    transaction(this.#db, () => this.#removeOne(id))
  }

  removeOwner(owner: string): void {
    transaction(this.#db, () => {
      for (const { id } of this.ofOwner(owner)) this.#removeOne(id)
    })
  }

  stop(destination: string, alert: string, name: string, until: number | null): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO stop (destination, alert, name, until) VALUES (?, ?, ?, ?)')
      .run(destination, alert, name, until)
  }

  stops(owner: string, nowMs: number): Stop[] {
    const sql = `SELECT stop.* FROM stop JOIN destination ON destination.id = stop.destination
      WHERE owner = ? AND (until IS NULL OR until > ?) ORDER BY stop.name, stop.destination`
    return rows(this.#db.prepare(sql), owner, nowMs).map((row) => {
      const until = integerOrNull(row, 'until')
      return {
        destination: text(row, 'destination'),
        alert: text(row, 'alert'),
        alertName: text(row, 'name'),
        until: until === null ? null : new Date(until).toISOString(),
      }
    })
  }

  resume(destination: string, alert: string): void {
    this.#db.prepare('DELETE FROM stop WHERE destination = ? AND alert = ?').run(destination, alert)
  }

  take(what: string, most: number, nowMs: number): boolean {
    const day = Math.floor(nowMs / dayMs)
    // One of these that a power cut takes is no loss: no letter waits for the disk because of it.
    this.#db.exec('PRAGMA synchronous = NORMAL')
    try {
      return transaction(this.#db, () => {
        this.#db.prepare('DELETE FROM tally WHERE day < ?').run(day)
        const { changes } = this.#db
          .prepare(
            `INSERT INTO tally (what, day, count) VALUES (?, ?, 1)
             ON CONFLICT DO UPDATE SET count = count + 1 WHERE count < ?`,
          )
          .run(what, day, most)
        return changes === 1
      })
    } finally {
      this.#db.exec('PRAGMA synchronous = FULL')
    }
  }

  block(hash: string, nowMs: number): void {
    this.#db.prepare('INSERT OR IGNORE INTO blocked VALUES (?, ?)').run(hash, nowMs)
  }

  isBlocked(hash: string): boolean {
    return this.#db.prepare('SELECT 1 FROM blocked WHERE hash = ?').get(hash) !== undefined
  }

  /** The one that is kept: `made`, unless there was one. */
  secret(name: string, made: string | null): string | null {
    if (made !== null)
      this.#db.prepare('INSERT OR IGNORE INTO secret VALUES (?, ?)').run(name, made)
    const row = this.#db.prepare('SELECT value FROM secret WHERE name = ?').get(name)
    return row === undefined ? null : text(row, 'value')
  }

  #removeOne(id: string): void {
    for (const sql of [
      'DELETE FROM attempt WHERE delivery IN (SELECT id FROM delivery WHERE destination = ?)',
      'DELETE FROM delivery WHERE destination = ?',
      'DELETE FROM stop WHERE destination = ?',
      'DELETE FROM destination WHERE id = ?',
    ])
      this.#db.prepare(sql).run(id)
  }
}
