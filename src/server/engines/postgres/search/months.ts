import { integerOrNull, type Row } from '../../rules/columns.ts'
import { minuteMs } from '../../rules/search/measures.ts'
import type { Queryable } from '../database.ts'
import { clampMinute, type Minutes, type PassageScope } from './search-scope.ts'

/** The months, in UTC, that hold anything of what is asked for. */
export class Months {
  readonly #client: Queryable
  readonly #scope: PassageScope

  constructor(client: Queryable, scope: PassageScope) {
    this.#client = client
    this.#scope = scope
  }

  async *newestFirst(): AsyncGenerator<Minutes> {
    const { bounds } = this.#scope
    let { toMinute } = bounds
    for (;;) {
      const { rows } = await this.#client.query(
        'SELECT max(minute) AS minute FROM search_passage WHERE minute >= $1 AND minute < $2',
        [clampMinute(bounds.fromMinute), clampMinute(toMinute)],
      )
      const [row] = rows as Row[]
      const newest = row === undefined ? null : integerOrNull(row, 'minute')
      if (newest === null) return
      const at = new Date(newest * minuteMs)
      const fromMinute = Date.UTC(at.getUTCFullYear(), at.getUTCMonth()) / minuteMs
      yield { fromMinute, toMinute: newest + 1 }
      toMinute = fromMinute
    }
  }
}
