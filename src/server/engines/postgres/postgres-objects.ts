import { z } from 'zod'
import { checkObjectName, type Objects } from '../../ports/objects.ts'
import type { Postgres } from './database.ts'
import type { Part } from './migrations.ts'

/** Bytes come compressed: PostgreSQL need not try again. */
export const objectsPart: Part = {
  name: 'objects',
  steps: [
    `CREATE TABLE object (name text COLLATE "C" PRIMARY KEY, data bytea NOT NULL);
     ALTER TABLE object ALTER data SET STORAGE EXTERNAL;`,
  ],
}

const mostNames = 1000
const dataRow = z.object({ data: z.instanceof(Uint8Array) })
const nameRows = z.array(z.object({ name: z.string() }))

/** Objects as rows of PostgreSQL, for who has no object store. */
export class PostgresObjects implements Objects {
  readonly #database: Postgres
  readonly #namesAtOnce: number

  /** `namesAtOnce`: of a page of a list. */
  constructor(database: Postgres, namesAtOnce = mostNames) {
    this.#database = database
    this.#namesAtOnce = namesAtOnce
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    checkObjectName(name)
    await this.#database.query(
      'INSERT INTO object VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET data = excluded.data',
      [name, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)],
    )
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    const { rows } = await this.#database.query('SELECT data FROM object WHERE name = $1', [name])
    return dataRow.optional().parse(rows[0])?.data
  }

  async remove(name: string): Promise<void> {
    await this.#database.query('DELETE FROM object WHERE name = $1', [name])
  }

  async *list(prefix: string): AsyncIterable<string> {
    let after = ''
    for (;;) {
      const { rows } = await this.#database.query(
        `SELECT name FROM object WHERE name >= $1 AND name > $2 AND starts_with(name, $1) ORDER BY name LIMIT $3`,
        [prefix, after, this.#namesAtOnce],
      )
      const names = nameRows.parse(rows).map(({ name }) => name)
      yield* names
      const last = names.at(-1)
      if (last === undefined || names.length < this.#namesAtOnce) return
      after = last
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The database is its owner's to close.
  }
}
