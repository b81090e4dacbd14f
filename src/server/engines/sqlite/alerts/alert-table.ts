import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Alert, AlertFields } from '../../../../protocol/alerts.ts'
import { hashToken } from '../../token-text.ts'
import { transaction, rows } from '../database.ts'
import { integer, json, text, type Row } from '../../rules/columns.ts'

/** The alerts themselves, and the secret addresses of their feeds. */
export class AlertTable {
  readonly #db: DatabaseSync

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  list(ids: readonly string[] | null): Alert[] {
    const statement = this.#db.prepare(
      `SELECT * FROM alert WHERE ?1 IS NULL OR id IN (SELECT value FROM json_each(?1))
       ORDER BY created, id`,
    )
    return statement.all(ids === null ? null : JSON.stringify(ids)).map(alertOf)
  }

  add(owner: string, fields: AlertFields, most: number, nowMs: number): Alert | 'full' {
    return transaction(this.#db, () => {
      const counted = this.#db.prepare('SELECT count(*) AS n FROM alert WHERE owner = ?').get(owner)
      if (Number(counted?.['n']) >= most) return 'full'
      // Nobody listened until now: where somebody did once does not matter any more.
      this.#db.exec('DELETE FROM place WHERE NOT EXISTS (SELECT 1 FROM alert)')
      const id = randomBytes(8).toString('hex')
      this.#db
        .prepare('INSERT INTO alert (id, owner, fields, created, since) VALUES (?, ?, ?, ?, ?)')
        .run(id, owner, JSON.stringify(fields), nowMs, nowMs)
      return { ...fields, id, owner, createdAt: iso(nowMs), since: iso(nowMs) }
    })
  }

  change(id: string, fields: AlertFields, sinceMs: number | null): Alert | undefined {
    this.#db
      .prepare('UPDATE alert SET fields = ?, since = coalesce(?, since) WHERE id = ?')
      .run(JSON.stringify(fields), sinceMs, id)
    return rows(this.#db.prepare('SELECT * FROM alert WHERE id = ?'), id).map(alertOf)[0]
  }

  remove(id: string): boolean {
    return transaction(this.#db, () => {
      this.#db.prepare('DELETE FROM mention WHERE alert = ?').run(id)
      this.#db
        .prepare("DELETE FROM notification WHERE value IS NOT NULL AND value ->> '$.alert.id' = ?")
        .run(id)
      return Number(this.#db.prepare('DELETE FROM alert WHERE id = ?').run(id).changes) > 0
    })
  }

  removeOwner(owner: string): void {
    transaction(this.#db, () => {
      this.#db
        .prepare('DELETE FROM mention WHERE alert IN (SELECT id FROM alert WHERE owner = ?)')
        .run(owner)
      this.#db.prepare('DELETE FROM alert WHERE owner = ?').run(owner)
      this.#db.prepare('DELETE FROM notification WHERE owner = ?').run(owner)
    })
  }

  createFeed(id: string): string {
    const secret = randomBytes(24).toString('base64url')
    this.#db.prepare('UPDATE alert SET feed = ? WHERE id = ?').run(hashToken(secret), id)
    return secret
  }

  alertOfFeed(secret: string): string | undefined {
    const [row] = rows(this.#db.prepare('SELECT id FROM alert WHERE feed = ?'), hashToken(secret))
    return row === undefined ? undefined : text(row, 'id')
  }
}

function alertOf(row: Row): Alert {
  return {
    ...(json(row, 'fields') as AlertFields),
    id: text(row, 'id'),
    owner: text(row, 'owner'),
    createdAt: iso(integer(row, 'created')),
    since: iso(integer(row, 'since')),
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
