import { integer, text, type Row } from '../../rules/columns.ts'
import { minuteMs } from '../../rules/search/measures.ts'
import type { Queryable } from '../database.ts'
import { rowMinutes, rowStart } from './passage-maker.ts'
import { clampMinute, type Minutes, type PassageScope } from './search-scope.ts'

/** Minutes of one month, in UTC. */
export interface Month extends Minutes {
  /** Its partition, as SQL names it. */
  readonly table: string
}

/** The months that hold anything of what is asked for. */
export class Months {
  readonly #client: Queryable
  readonly #scope: PassageScope

  constructor(client: Queryable, scope: PassageScope) {
    this.#client = client
    this.#scope = scope
  }

  async *newestFirst(): AsyncGenerator<Month> {
    const { bounds } = this.#scope
    let { toMinute } = bounds
    for (;;) {
      const { rows } = await this.#client.query(
        `SELECT minute, tableoid::regclass::text AS "table" FROM search_passage WHERE minute >= $1 AND minute < $2
          ORDER BY minute DESC LIMIT 1`,
        [clampMinute(rowStart(bounds.fromMinute)), clampMinute(toMinute)],
      )
      const [row] = rows as Row[]
      if (row === undefined) return
      const newest = integer(row, 'minute')
      const at = new Date(newest * minuteMs)
      const fromMinute = Date.UTC(at.getUTCFullYear(), at.getUTCMonth()) / minuteMs
      const end = Math.min(toMinute, rowStart(newest) + rowMinutes)
      yield { fromMinute, toMinute: end, table: text(row, 'table') }
      toMinute = fromMinute
    }
  }
}

/** The rows of a month with words, a value, as its index of words has them: nothing else is asked for in the way to them. */
export function rowsWith(words: string, { table }: Month): string {
  return `(SELECT * FROM ${table} WHERE is_indexed AND words @@ ${words}::tsquery OFFSET 0)`
}
