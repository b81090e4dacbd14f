import type { DeliveryStore, DestinationRecord, Stop } from '../../../ports/delivery.ts'
import { destinationOf } from '../../rules/delivery-rows.ts'
import { integer, integerOrNull, text, type Row } from '../../rules/columns.ts'
import type { Postgres, Queryable } from '../database.ts'
import { tellDue } from './due-news.ts'

const dayMs = 24 * 3_600_000
/** Of the transactions that add a destination: they count first, and go one after the other. */
const addLock = 7_232_016

type Change = Parameters<DeliveryStore['changeDestination']>[1]

/** Destinations and what is known of them. */
export class DestinationRows {
  readonly #database: Postgres
  /** They never change. */
  readonly #secrets = new Map<string, string>()

  constructor(database: Postgres) {
    this.#database = database
  }

  async ofOwner(owner: string): Promise<DestinationRecord[]> {
    const { rows } = await this.#database.query<Row>(
      `SELECT * FROM destination WHERE owner = $1
       ORDER BY account DESC, created, id COLLATE "C"`,
      [owner],
    )
    return rows.map(destinationOf)
  }

  async get(id: string): Promise<DestinationRecord | undefined> {
    const { rows } = await this.#database.query<Row>('SELECT * FROM destination WHERE id = $1', [
      id,
    ])
    return rows.map(destinationOf)[0]
  }

  async add(record: DestinationRecord, most: number): Promise<'added' | 'full' | 'conflict'> {
    const { id, owner, name, settings, secrets, isAccount, state, problem, createdAt } = record
    return await this.#database.transaction(async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [addLock])
      const counted = await client.query<Row>(
        'SELECT count(*) AS n FROM destination WHERE owner = $1 AND account = 0',
        [owner],
      )
      if (!isAccount && counted.rows.some((row) => integer(row, 'n') >= most)) return 'full'
      const { rowCount } = await client.query(
        `INSERT INTO destination
           (id, owner, name, kind, settings, secrets, account, state, problem, created)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING`,
        [
          ...[id, owner, name, settings.kind, JSON.stringify(settings), JSON.stringify(secrets)],
          ...[Number(isAccount), state, problem, Date.parse(createdAt)],
        ],
      )
      return rowCount === 1 ? 'added' : 'conflict'
    })
  }

  async change(id: string, change: Change): Promise<void> {
    await this.#database.transaction(async (client) => {
      const found = await client.query<Row>('SELECT * FROM destination WHERE id = $1 FOR UPDATE', [
        id,
      ])
      const [known] = found.rows.map(destinationOf)
      if (known === undefined) return
      const { name, settings, secrets, state, problem } = { ...known, ...change }
      await client.query(
        `UPDATE destination SET name = $2, kind = $3, settings = $4, secrets = $5, state = $6,
           problem = $7 WHERE id = $1`,
        [
          ...[id, name, settings.kind, JSON.stringify(settings), JSON.stringify(secrets)],
          ...[state, problem],
        ],
      )
      await tellDue(client)
    })
  }

  /** What belongs to them goes with them. */
  async remove(column: 'id' | 'owner', value: string): Promise<void> {
    await this.#database.query(`DELETE FROM destination WHERE ${column} = $1`, [value])
  }

  async stops(owner: string, nowMs: number): Promise<Stop[]> {
    const { rows } = await this.#database.query<Row>(
      `SELECT delivery_stop.* FROM delivery_stop
       JOIN destination ON destination.id = delivery_stop.destination
       WHERE owner = $1 AND (until IS NULL OR until > $2)
       ORDER BY delivery_stop.name COLLATE "C", delivery_stop.destination COLLATE "C"`,
      [owner, nowMs],
    )
    return rows.map((row) => {
      const until = integerOrNull(row, 'until')
      return {
        destination: text(row, 'destination'),
        alert: text(row, 'alert'),
        alertName: text(row, 'name'),
        until: until === null ? null : new Date(until).toISOString(),
      }
    })
  }

  async resume(destination: string, alert: string): Promise<void> {
    await this.#database.query('DELETE FROM delivery_stop WHERE destination = $1 AND alert = $2', [
      destination,
      alert,
    ])
  }

  async take(what: string, most: number, nowMs: number): Promise<boolean> {
    const { rowCount } = await this.#database.query(
      `WITH past AS (DELETE FROM delivery_tally WHERE day < $2)
       INSERT INTO delivery_tally VALUES ($1, $2, 1) ON CONFLICT (what, day)
       DO UPDATE SET count = delivery_tally.count + 1 WHERE delivery_tally.count < $3`,
      [what, Math.floor(nowMs / dayMs), most],
    )
    return rowCount === 1
  }

  async block(hash: string, nowMs: number): Promise<void> {
    await this.#database.query(
      'INSERT INTO delivery_blocked VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING',
      [hash, nowMs],
    )
  }

  async isBlocked(hash: string): Promise<boolean> {
    const { rowCount } = await this.#database.query(
      'SELECT 1 FROM delivery_blocked WHERE hash = $1',
      [hash],
    )
    return rowCount !== 0
  }

  async secret(name: string, make: () => string): Promise<string> {
    const held = this.#secrets.get(name)
    if (held !== undefined) return held
    const kept = (await this.#secret(name)) ?? (await this.#keepSecret(name, make()))
    this.#secrets.set(name, kept)
    return kept
  }

  async #secret(name: string): Promise<string | undefined> {
    const { rows } = await this.#database.query<Row>(
      'SELECT value FROM delivery_secret WHERE name = $1',
      [name],
    )
    return rows.map((row) => text(row, 'value'))[0]
  }

  /** The one that is kept: `made`, unless another node was first. */
  async #keepSecret(name: string, made: string): Promise<string> {
    await this.#database.query(
      'INSERT INTO delivery_secret VALUES ($1, $2) ON CONFLICT (name) DO NOTHING',
      [name, made],
    )
    const kept = await this.#secret(name)
    if (kept === undefined) throw new Error(`the secret ${name} was not kept`)
    return kept
  }
}

/** To be called first by whatever changes what waits for these; in one order, so that nobody waits for each other. */
export async function lockDestinations(
  client: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, { readonly owner: string; readonly state: string }>> {
  const { rows } = await client.query<Row>(
    'SELECT id, owner, state FROM destination WHERE id = ANY ($1) ORDER BY id FOR UPDATE',
    [[...new Set(ids)]],
  )
  return new Map(
    rows.map((row) => [text(row, 'id'), { owner: text(row, 'owner'), state: text(row, 'state') }]),
  )
}

/** The oldest that waits, if any, is tried at `at`; null = when it was to be. */
export async function wake(
  client: Queryable,
  destination: string,
  at: number | null,
): Promise<void> {
  await client.query(
    `UPDATE destination SET next = CASE WHEN EXISTS
       (SELECT 1 FROM delivery WHERE destination = $1 AND state = 'waiting')
       THEN coalesce($2, next) END
     WHERE id = $1`,
    [destination, at],
  )
}
