import { z } from 'zod'
import type { Outbox, OutboxEntry, OutboxLetter, WholeLetter } from '../../../ports/mail.ts'
import { integer, json, text, type Row } from '../../rules/columns.ts'
import type { Postgres } from '../database.ts'

/** Sign-in links and passages of private channels are in them: they are not kept for ever. */
const keptLetters = 500
const keptMs = 30 * 24 * 3_600_000

const bodySchema = z.object({ text: z.string(), html: z.string().nullable() })

/** Letters that no mail server takes. */
export class OutboxRows implements Outbox {
  readonly #database: Postgres
  readonly #now: () => number
  readonly #kept: number

  constructor(database: Postgres, now: () => number, kept = keptLetters) {
    this.#database = database
    this.#now = now
    this.#kept = kept
  }

  async add({ to, subject, text, html }: WholeLetter): Promise<void> {
    const nowMs = this.#now()
    await this.#database.transaction(async (client) => {
      await client.query(
        'INSERT INTO outbox (at, recipient, subject, body) VALUES ($1, $2, $3, $4)',
        [nowMs, to, subject, JSON.stringify({ text, html })],
      )
      await client.query(
        `DELETE FROM outbox WHERE at < $1
           OR id <= (SELECT id FROM outbox ORDER BY id DESC LIMIT 1 OFFSET $2)`,
        [nowMs - keptMs, this.#kept],
      )
    })
  }

  async list(before: number | null, limit: number): Promise<OutboxEntry[]> {
    const { rows } = await this.#database.query<Row>(
      'SELECT id, at, recipient, subject FROM outbox WHERE id < $1 ORDER BY id DESC LIMIT $2',
      [before ?? Number.MAX_SAFE_INTEGER, limit],
    )
    return rows.map(entryOf)
  }

  async read(id: number): Promise<OutboxLetter | undefined> {
    const { rows } = await this.#database.query<Row>('SELECT * FROM outbox WHERE id = $1', [id])
    return rows.map((row) => ({ ...entryOf(row), ...bodySchema.parse(json(row, 'body')) }))[0]
  }

  async clear(): Promise<void> {
    await this.#database.query('DELETE FROM outbox')
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
