import type { DatabaseSync } from 'node:sqlite'
import type { OutboxEntry, OutboxLetter, WholeLetter } from '../../../ports/mail.ts'
import { transaction, rows } from '../database.ts'
import { integer, text, textOrNull, type Row } from '../../rules/columns.ts'

/** Sign-in links and passages of private channels are in them: they are not kept for ever. */
const keptLetters = 500
const keptMs = 30 * 24 * 3_600_000

/** Letters that no mail server takes, in data/delivery.db. */
export class OutboxStore {
  readonly #db: DatabaseSync
  readonly #kept: number

  constructor(db: DatabaseSync, kept = keptLetters) {
    this.#db = db
    this.#kept = kept
  }

  add(letter: WholeLetter, nowMs: number): void {
    const { to, subject, text: body, html } = letter
    transaction(this.#db, () => {
      this.#db
        .prepare('INSERT INTO outbox (at, recipient, subject, body, html) VALUES (?, ?, ?, ?, ?)')
        .run(nowMs, to, subject, body, html)
      this.#db
        .prepare('DELETE FROM outbox WHERE id <= (SELECT max(id) FROM outbox) - ? OR at < ?')
        .run(this.#kept, nowMs - keptMs)
    })
  }

  list(before: number | null, limit: number): OutboxEntry[] {
    return rows(
      this.#db.prepare(
        'SELECT id, at, recipient, subject FROM outbox WHERE id < ? ORDER BY id DESC LIMIT ?',
      ),
      before ?? Number.MAX_SAFE_INTEGER,
      limit,
    ).map(entryOf)
  }

  read(id: number): OutboxLetter | undefined {
    const row = this.#db.prepare('SELECT * FROM outbox WHERE id = ?').get(id)
    if (row === undefined) return undefined
    return { ...entryOf(row), text: text(row, 'body'), html: textOrNull(row, 'html') }
  }

  clear(): void {
    this.#db.exec('DELETE FROM outbox')
  }
}

function entryOf(row: Row): OutboxEntry {
  return {
    id: integer(row, 'id'),
    at: new Date(integer(row, 'at')).toISOString(),
    to: text(row, 'recipient'),
    subject: text(row, 'subject'),
  }
}
