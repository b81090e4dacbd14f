import type { Postgres } from '../database.ts'
import { passageTable } from '../search/search-schema.ts'
import { endOfMonthsMs, firstMonthMs, type PartitionedTable } from './months.ts'

/** Any number, the same for every node: a month is made by one of them. */
const lockKey = 7_232_015

const tables: readonly PartitionedTable[] = [{ name: 'cue', unitMs: 1 }, passageTable]

/** The partitions of `cue` and `search_passage`: one a month, in UTC, made when its first cue comes. None is ever taken away. */
export class Partitions {
  readonly #database: Postgres
  readonly #known = new Set<string>()

  constructor(database: Postgres) {
    this.#database = database
  }

  /** To be called, outside of any transaction, before cues that start at these times are stored. */
  async make(startsMs: Iterable<number>): Promise<void> {
    const missing = new Map<string, { readonly fromMs: number; readonly toMs: number }>()
    for (const startMs of startsMs) {
      if (startMs < firstMonthMs || startMs >= endOfMonthsMs) continue
      const at = new Date(startMs)
      const month = at.toISOString().slice(0, 7).replace('-', '_')
      if (this.#known.has(month)) continue
      const [year, number] = [at.getUTCFullYear(), at.getUTCMonth()]
      missing.set(month, { fromMs: Date.UTC(year, number), toMs: Date.UTC(year, number + 1) })
    }
    for (const [month, { fromMs, toMs }] of missing) {
      for (const { name, unitMs } of tables)
        await this.#make(name, month, `FROM (${fromMs / unitMs}) TO (${toMs / unitMs})`)
      this.#known.add(month)
    }
  }

  /** Made aside and then attached, which readers and writers of other months do not notice. */
  async #make(table: string, month: string, values: string): Promise<void> {
    const name = `${table}_${month}`
    await this.#database.transaction(async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [lockKey])
      const found = await client.query('SELECT to_regclass($1) AS oid', [name])
      if ((found.rows as { readonly oid: unknown }[])[0]?.oid !== null) return
      await client.query(`CREATE TABLE ${name} (LIKE ${table} INCLUDING ALL)`)
      await client.query(`ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES ${values}`)
    })
  }
}
