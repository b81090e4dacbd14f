import { accountTables } from '../../../src/server/engines/postgres/accounts/account-tables.ts'
import { Postgres } from '../../../src/server/engines/postgres/database.ts'
import { directoryTables } from '../../../src/server/engines/postgres/directory/directory-tables.ts'
import { migrate } from '../../../src/server/engines/postgres/migrations.ts'
import type { TestPostgres } from '../../support/database.ts'
import type { Pair } from '../../conformance/shared-directory.conformance.ts'

/** One database with the tables of directory and accounts, empty again for each who asks: cheaper than many. */
export class PeopleDatabase {
  readonly #server: () => TestPostgres
  #url: Promise<string> | undefined

  constructor(server: () => TestPostgres) {
    this.#server = server
  }

  async empty(): Promise<string> {
    this.#url ??= this.#make()
    const url = await this.#url
    await using database = new Postgres({ url })
    await database.query(
      `DELETE FROM channel; DELETE FROM token; DELETE FROM link; DELETE FROM person;
       DELETE FROM challenge; DELETE FROM use_count`,
    )
    return url
  }

  async #make(): Promise<string> {
    const url = await this.#server().newDatabase()
    await using database = new Postgres({ url })
    await migrate(database, [directoryTables, accountTables])
    return url
  }
}

/** What one of the engines is, which ends with its connections. */
export async function openOn<T extends AsyncDisposable>(
  url: string,
  open: (database: Postgres) => Promise<T>,
): Promise<T> {
  await using opening = new AsyncDisposableStack()
  const database = opening.use(new Postgres({ url }))
  const engine = await open(database)
  const owned = opening.move()
  owned.defer(engine[Symbol.asyncDispose].bind(engine))
  return Object.assign(engine, { [Symbol.asyncDispose]: () => owned.disposeAsync() })
}

export async function openPair<T extends AsyncDisposable>(
  open: () => Promise<T>,
): Promise<Pair<T>> {
  const [one, two] = await Promise.all([open(), open()])
  const dispose = async (): Promise<void> => {
    await one[Symbol.asyncDispose]()
    await two[Symbol.asyncDispose]()
  }
  return { one, two, [Symbol.asyncDispose]: dispose }
}
