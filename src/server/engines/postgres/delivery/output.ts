import { channel } from 'node:diagnostics_channel'
import type { Notification } from '../../../../protocol/alerts.ts'
import type { DeliveryOutput, Job } from '../../../ports/delivery.ts'
import { destinationOf } from '../../rules/delivery-rows.ts'
import { integer, integerOrNull, json, text, type Row } from '../../rules/columns.ts'
import { grouped } from '../../workers/grouped.ts'
import type { Postgres, Queryable } from '../database.ts'
import { fence, type Lead } from '../leadership/fence.ts'
import { lockDestinations, wake } from './destination-rows.ts'

type Settled = Parameters<DeliveryOutput['settle']>[0]

const sweptRows = 500

const settling = channel('ccr:delivery.settling')

/** What one leader sends, as long as it leads. */
export class PostgresDeliveryOutput implements DeliveryOutput {
  readonly #database: Postgres
  readonly #lead: Lead

  constructor(database: Postgres, term: number) {
    this.#database = database
    this.#lead = { name: 'delivery', term }
  }

  async due({ nowMs, limit, busy, full }: Parameters<DeliveryOutput['due']>[0]): Promise<{
    readonly jobs: readonly Job[]
    readonly nextMs: number | null
  }> {
    const { rows } = await this.#database.transaction(async (client) => {
      await fence(client, this.#lead)
      return await client.query<Row>(
        `SELECT destination.*, oldest.id AS delivery, oldest.notification, oldest.attempts,
           oldest.since
         FROM (
           SELECT * FROM destination WHERE next IS NOT NULL AND id <> ALL ($1) AND kind <> ALL ($2)
           ORDER BY next, id LIMIT $3
         ) AS destination
         LEFT JOIN LATERAL (
           SELECT * FROM delivery
           WHERE delivery.destination = destination.id AND delivery.state = 'waiting'
           ORDER BY delivery.id LIMIT 1
         ) AS oldest ON true
         ORDER BY destination.next, destination.id`,
        [busy, full, limit + 1],
      )
    })
    const due = rows.filter((row) => integer(row, 'next') <= nowMs).slice(0, limit)
    const later = rows[due.length]
    return {
      jobs: due.flatMap((row) => jobOf(row) ?? []),
      nextMs: later === undefined ? null : integer(later, 'next'),
    }
  }

  settle = grouped(async (all: readonly Settled[]) => {
    settling.publish(undefined)
    await this.#database.transaction(async (client) => {
      await fence(client, this.#lead)
      const { rows } = await client.query<Row>(
        'SELECT id, destination FROM delivery WHERE id = ANY ($1)',
        [all.map(({ delivery }) => delivery)],
      )
      await lockDestinations(
        client,
        rows.map((row) => text(row, 'destination')),
      )
      for (const one of all) await settleOne(client, one)
    })
  })

  async sweep(beforeMs: number): Promise<boolean> {
    const { rowCount } = await this.#database.query(
      'DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE finished < $1 LIMIT $2)',
      [beforeMs, sweptRows],
    )
    return rowCount === sweptRows
  }
}

function jobOf(row: Row): Job | undefined {
  const delivery = integerOrNull(row, 'delivery')
  if (delivery === null) return undefined
  return {
    delivery,
    notification: json(row, 'notification') as Notification,
    destination: destinationOf(row),
    attempts: integer(row, 'attempts'),
    since: integer(row, 'since'),
  }
}

/** The destination's row is locked. */
async function settleOne(client: Queryable, { delivery, at, ms, verdict }: Settled): Promise<void> {
  const { rows } = await client.query<Row>(
    "SELECT destination FROM delivery WHERE id = $1 AND state = 'waiting'",
    [delivery],
  )
  const [destination] = rows.map((row) => text(row, 'destination'))
  // Its destination was removed, or the alert stopped, while it was on its way.
  if (destination === undefined) return
  const problem = 'problem' in verdict ? verdict.problem : null
  if (verdict.verdict !== 'wait') {
    await client.query(
      'INSERT INTO delivery_attempt (delivery, at, ms, problem) VALUES ($1, $2, $3, $4)',
      [delivery, at, ms, problem],
    )
    await client.query('UPDATE delivery SET attempts = attempts + 1 WHERE id = $1', [delivery])
  }
  switch (verdict.verdict) {
    case 'sent':
    case 'dead':
      await client.query(
        'UPDATE delivery SET state = $2, finished = $3, problem = $4 WHERE id = $1',
        [delivery, verdict.verdict, at, problem],
      )
      await wake(client, destination, at)
      break
    case 'retry':
    case 'wait':
      await client.query('UPDATE delivery SET problem = $2 WHERE id = $1', [delivery, problem])
      await wake(client, destination, verdict.at)
      break
    case 'disable':
      await client.query(
        `UPDATE delivery SET state = 'dead', finished = $2, problem = $3
         WHERE destination = $1 AND state = 'waiting'`,
        [destination, at, problem],
      )
      await client.query(
        "UPDATE destination SET state = 'disabled', problem = $2, next = NULL WHERE id = $1",
        [destination, problem],
      )
      break
  }
}
