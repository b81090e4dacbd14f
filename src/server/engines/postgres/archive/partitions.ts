import type { Postgres } from '../database.ts'
import { endOfMonthsMs, firstMonthMs } from './archive-schema.ts'

/** Any number, the same for every node: a month is made by one of them. */
const lockKey = 7_232_015

/** The partitions of `cue`: one a month, in UTC, made when its first cue comes. None is ever taken away. */
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
      const name = `cue_${at.toISOString().slice(0, 7).replace('-', '_')}`
      if (this.#known.has(name)) continue
      const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()]
      missing.set(name, { fromMs: Date.UTC(year, month), toMs: Date.UTC(year, month + 1) })
    }
    for (const [name, { fromMs, toMs }] of missing) {
      await this.#make(name, fromMs, toMs)
      this.#known.add(name)
    }
  }

  /** Made aside and then attached, which readers and writers of other months do not notice. */
  async #make(name: string, fromMs: number, toMs: number): Promise<void> {
    await this.#database.transaction(async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [lockKey])
      const found = await client.query('SELECT to_regclass($1) AS oid', [name])
      if ((found.rows as { readonly oid: unknown }[])[0]?.oid !== null) return
      await client.query(`CREATE TABLE ${name} (LIKE cue INCLUDING ALL)`)
      await client.query(
        `ALTER TABLE cue ATTACH PARTITION ${name} FOR VALUES FROM (${fromMs}) TO (${toMs})`,
      )
    })
  }
}
