import type { Postgres } from '../database.ts'
import { idsOf } from '../directory/directory-rows.ts'
import { change } from '../directory/journal.ts'

/** How many rows there were for which `where` holds; every node hears of it. */
export async function removeRows(
  database: Postgres,
  table: 'link' | 'session' | 'passkey',
  where: string,
  values: readonly (string | number)[],
): Promise<number> {
  return await change(database, async (client, note) => {
    const deleted = await client.query(`DELETE FROM ${table} WHERE ${where} RETURNING id`, [
      ...values,
    ])
    const ids = idsOf(deleted.rows)
    note(table, ...ids)
    return ids.length
  })
}
