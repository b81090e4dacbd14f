import type { Queryable } from '../database.ts'

/** Says that something may go that could not before. */
export const dueChannel = 'ccr_delivery_due'

/** Heard when the transaction is committed. */
export async function tellDue(client: Queryable): Promise<void> {
  await client.query(`SELECT pg_notify('${dueChannel}', 'due')`)
}
