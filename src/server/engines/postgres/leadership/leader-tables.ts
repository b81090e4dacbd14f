import type { Part } from '../migrations.ts'

/** Who leads: `term` counts the leaders of a name, `until` is by the server's clock. */
export const leaderTables: Part = {
  name: 'leader',
  steps: [
    `CREATE TABLE leader (
      name text PRIMARY KEY,
      term bigint NOT NULL,
      until timestamptz NOT NULL
    )`,
  ],
}
