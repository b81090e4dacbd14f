import type { Postgres } from './database.ts'

/** The tables of one part, each step once and in order; what was released is never changed, only added to. */
export interface Part {
  readonly name: string
  readonly steps: readonly string[]
}

/** Any number, the same for every node: two that start at once migrate one after the other. */
const lockKey = 7_232_014

/** Makes or brings up to date the tables of these parts. Rejects with one sentence when a newer program made them. */
export async function migrate(database: Postgres, parts: readonly Part[]): Promise<void> {
  await database.transaction(async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [lockKey])
    await client.query(
      'CREATE TABLE IF NOT EXISTS ccr_part (name text PRIMARY KEY, version integer NOT NULL)',
    )
    for (const { name, steps } of parts) {
      const found = await client.query<{ version: number }>(
        'SELECT version FROM ccr_part WHERE name = $1',
        [name],
      )
      const version = found.rows[0]?.version ?? 0
      if (version > steps.length)
        throw new Error(
          `the database has tables of a newer ccr (${name} ${version}, known up to ${steps.length}): use that version`,
        )
      if (version === steps.length) continue
      for (const step of steps.slice(version)) await client.query(step)
      await client.query(
        'INSERT INTO ccr_part VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET version = excluded.version',
        [name, steps.length],
      )
    }
  })
}
