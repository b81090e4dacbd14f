import { randomBytes } from 'node:crypto'
import type { Alert, AlertFields } from '../../../../protocol/alerts.ts'
import { integer, json, text, type Row } from '../../rules/columns.ts'
import { hashToken } from '../../token-text.ts'
import type { Postgres, Queryable } from '../database.ts'

/** Payload: the id of an alert that was made, changed or removed. */
export const alertChanged = 'ccr_alert_changed'

/** Of the transactions that add an alert: they count first, and go one after the other. */
const addLock = 7_232_015

/** The alerts themselves, and the secret addresses of their feeds. */
export class AlertRows {
  readonly #database: Postgres

  constructor(database: Postgres) {
    this.#database = database
  }

  async list(ids: readonly string[] | null): Promise<Alert[]> {
    const found = await this.#database.query<Row>(
      'SELECT * FROM alert WHERE $1::text[] IS NULL OR id = ANY ($1) ORDER BY created, id COLLATE "C"',
      [ids],
    )
    return found.rows.map(alertOf)
  }

  async add(
    owner: string,
    fields: AlertFields,
    most: number,
    nowMs: number,
  ): Promise<Alert | 'full'> {
    return await this.#database.transaction(async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [addLock])
      const counted = await client.query<Row>('SELECT count(*) AS n FROM alert WHERE owner = $1', [
        owner,
      ])
      if (counted.rows.some((row) => integer(row, 'n') >= most)) return 'full'
      // Nobody listened until now: where somebody did once does not matter any more.
      await client.query('DELETE FROM alert_place WHERE NOT EXISTS (SELECT 1 FROM alert)')
      const id = randomBytes(8).toString('hex')
      await client.query(
        'INSERT INTO alert (id, owner, fields, created, since) VALUES ($1, $2, $3, $4, $4)',
        [id, owner, JSON.stringify(fields), nowMs],
      )
      await tellChange(client, [id])
      return { ...fields, id, owner, createdAt: iso(nowMs), since: iso(nowMs) }
    })
  }

  async change(
    id: string,
    fields: AlertFields,
    sinceMs: number | null,
  ): Promise<Alert | undefined> {
    return await this.#database.transaction(async (client) => {
      const { rows } = await client.query<Row>(
        'UPDATE alert SET fields = $2, since = coalesce($3, since) WHERE id = $1 RETURNING *',
        [id, JSON.stringify(fields), sinceMs],
      )
      await tellChange(client, [id])
      return rows.map(alertOf)[0]
    })
  }

  async remove(id: string): Promise<boolean> {
    return await this.#database.transaction(async (client) => {
      const gone = await removeAll(client, 'id', id)
      await client.query('DELETE FROM notification WHERE value IS NOT NULL AND alert = $1', [id])
      return gone > 0
    })
  }

  async removeOwner(owner: string): Promise<void> {
    await this.#database.transaction(async (client) => {
      await removeAll(client, 'owner', owner)
      await client.query('DELETE FROM notification WHERE owner = $1', [owner])
    })
  }

  async createFeed(id: string): Promise<string> {
    const secret = randomBytes(24).toString('base64url')
    await this.#database.query('UPDATE alert SET feed = $2 WHERE id = $1', [id, hashToken(secret)])
    return secret
  }

  async alertOfFeed(secret: string): Promise<string | undefined> {
    const { rows } = await this.#database.query<Row>('SELECT id FROM alert WHERE feed = $1', [
      hashToken(secret),
    ])
    return rows.map((row) => text(row, 'id'))[0]
  }
}

/** First the alert itself: whoever records for it waits, and what was recorded by then is seen by the next statement. */
async function removeAll(
  client: Queryable,
  column: 'id' | 'owner',
  value: string,
): Promise<number> {
  const { rows } = await client.query<Row>(`DELETE FROM alert WHERE ${column} = $1 RETURNING id`, [
    value,
  ])
  const ids = rows.map((row) => text(row, 'id'))
  await client.query('DELETE FROM mention WHERE alert = ANY ($1)', [ids])
  await tellChange(client, ids)
  return ids.length
}

async function tellChange(client: Queryable, ids: readonly string[]): Promise<void> {
  await client.query(`SELECT pg_notify('${alertChanged}', id) FROM unnest($1::text[]) AS id`, [ids])
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
