import type { Notification } from '../../../../protocol/alerts.ts'
import type {
  DeliveryFilter,
  DeliveryRecord,
  DeliveryStore,
  NewDelivery,
} from '../../../ports/delivery.ts'
import { integer, json, text, type Row } from '../../rules/columns.ts'
import { deliveryOf, mostWaiting, shownAttempts } from '../../rules/delivery-rows.ts'
import type { Postgres, Queryable } from '../database.ts'
import { lockDestinations, wake } from './destination-rows.ts'
import { tellDue } from './due-news.ts'

/** What waits and what became of it, as any node asks for it. */
export class QueueRows {
  readonly #database: Postgres

  constructor(database: Postgres) {
    this.#database = database
  }

  async add(deliveries: readonly NewDelivery[], nowMs: number): Promise<void> {
    await this.#database.transaction(async (client) => {
      const known = await lockDestinations(
        client,
        deliveries.map(({ destination }) => destination),
      )
      const stopped = await readStopped(client, [...known.keys()], nowMs)
      const waiting = await countWaiting(client, [...known.keys()])
      const woken = new Set<string>()
      for (const { notification, destination } of deliveries) {
        const { owner, alert } = notification
        const found = known.get(destination)
        if (found?.owner !== owner || stopped.has(`${destination} ${alert.id}`)) continue
        const waits = waiting.get(destination) ?? 0
        const problem = obstacle(found.state, waits)
        const isNew = await insert(client, { notification, destination }, problem, nowMs)
        if (!isNew || problem !== null) continue
        waiting.set(destination, waits + 1)
        woken.add(destination)
      }
      // Behind those that wait already, however long they wait.
      await client.query('UPDATE destination SET next = $2 WHERE id = ANY ($1) AND next IS NULL', [
        [...woken],
        nowMs,
      ])
      await tellDue(client)
    })
  }

  async list({ owner, state, before, limit }: DeliveryFilter): Promise<DeliveryRecord[]> {
    const { rows } = await this.#database.query<Row>(
      `SELECT delivery.*, destination.next FROM delivery
       JOIN destination ON destination.id = delivery.destination
       WHERE delivery.id < $1 AND ($2::text IS NULL OR delivery.owner = $2)
         AND ($3::text IS NULL OR delivery.state = $3)
       ORDER BY delivery.id DESC LIMIT $4`,
      [before ?? Number.MAX_SAFE_INTEGER, owner, state, limit],
    )
    const attempts = await this.#attempts(rows.map((row) => integer(row, 'id')))
    return rows.map((row) => deliveryOf(row, attempts.get(integer(row, 'id')) ?? []))
  }

  async replay(
    id: number,
    owner: string,
    nowMs: number,
  ): Promise<'replayed' | 'missing' | 'disabled'> {
    return await this.#database.transaction(async (client) => {
      const { rows } = await client.query<Row>(
        'SELECT destination FROM delivery WHERE id = $1 AND owner = $2',
        [id, owner],
      )
      const [destination] = rows.map((row) => text(row, 'destination'))
      if (destination === undefined) return 'missing'
      const known = (await lockDestinations(client, [destination])).get(destination)
      if (known === undefined) return 'missing'
      if (known.state !== 'active') return 'disabled'
      await client.query(
        `UPDATE delivery SET state = 'waiting', attempts = 0, since = $2, finished = NULL,
           problem = NULL WHERE id = $1`,
        [id, nowMs],
      )
      await wake(client, destination, nowMs)
      await tellDue(client)
      return 'replayed'
    })
  }

  async stop({ destination, alert, until }: Parameters<DeliveryStore['stop']>[0]): Promise<void> {
    await this.#database.transaction(async (client) => {
      if (!(await lockDestinations(client, [destination])).has(destination)) return
      await client.query(
        `INSERT INTO delivery_stop VALUES ($1, $2, $3, $4) ON CONFLICT (destination, alert)
         DO UPDATE SET name = excluded.name, until = excluded.until`,
        [destination, alert, await alertName(client, destination, alert), until],
      )
      await client.query(
        "DELETE FROM delivery WHERE destination = $1 AND alert = $2 AND state = 'waiting'",
        [destination, alert],
      )
      // One that nothing waits for must not take the place of others among what is due.
      await wake(client, destination, null)
    })
  }

  async #attempts(deliveries: readonly number[]): Promise<ReadonlyMap<number, Row[]>> {
    const { rows } = await this.#database.query<Row>(
      `SELECT * FROM (
         SELECT *, row_number() OVER (PARTITION BY delivery ORDER BY n DESC) AS place
         FROM delivery_attempt WHERE delivery = ANY ($1)
       ) AS attempt WHERE place <= ${shownAttempts} ORDER BY n`,
      [deliveries],
    )
    return Map.groupBy(rows, (row) => integer(row, 'delivery'))
  }
}

/** Destinations and alerts of which nothing is taken there. */
async function readStopped(
  client: Queryable,
  destinations: readonly string[],
  nowMs: number,
): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<Row>(
    `SELECT destination, alert FROM delivery_stop
     WHERE destination = ANY ($1) AND (until IS NULL OR until > $2)`,
    [destinations, nowMs],
  )
  return new Set(rows.map((row) => `${text(row, 'destination')} ${text(row, 'alert')}`))
}

async function countWaiting(
  client: Queryable,
  destinations: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await client.query<Row>(
    `SELECT destination, count(*) AS n FROM delivery
     WHERE destination = ANY ($1) AND state = 'waiting' GROUP BY 1`,
    [destinations],
  )
  return new Map(rows.map((row) => [text(row, 'destination'), integer(row, 'n')]))
}

/** Why nothing can be sent there now. */
function obstacle(state: string, waiting: number): string | null {
  if (state !== 'active') return `the destination is ${state}`
  return waiting < mostWaiting ? null : `${mostWaiting} others wait for the destination`
}

/** False when it was added before. */
async function insert(
  client: Queryable,
  { notification, destination }: NewDelivery,
  problem: string | null,
  nowMs: number,
): Promise<boolean> {
  const { id: key, owner, alert } = notification
  const { rowCount } = await client.query(
    `INSERT INTO delivery
       (key, destination, owner, alert, notification, state, created, since, finished, problem)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9) ON CONFLICT (key, destination) DO NOTHING`,
    [
      ...[key, destination, owner, alert.id, JSON.stringify(notification)],
      ...[problem === null ? 'waiting' : 'dead', nowMs, problem === null ? null : nowMs, problem],
    ],
  )
  return rowCount === 1
}

/** What the alert was called when it was last told there. */
async function alertName(client: Queryable, destination: string, alert: string): Promise<string> {
  const { rows } = await client.query<Row>(
    `SELECT notification FROM delivery WHERE destination = $1 AND alert = $2
     ORDER BY id DESC LIMIT 1`,
    [destination, alert],
  )
  return rows.map((row) => (json(row, 'notification') as Notification).alert.name)[0] ?? alert
}
