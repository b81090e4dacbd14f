import type { Word } from '../../../../query/language/query.ts'
import { minuteMs } from '../../rules/search/measures.ts'
import { integer, text, type Row } from '../../rules/columns.ts'
import type { Queryable } from '../database.ts'
import type { Chart } from './chart.ts'
import type { SearchClock } from './clock.ts'
import { rowsWith, type Month } from './months.ts'
import { rowMinutes } from './passage-maker.ts'
import type { PassageScope } from './search-scope.ts'
import { lexeme } from './vector.ts'
import { tallyOf } from './word-tally.ts'

interface Parts {
  readonly client: Queryable
  readonly scope: PassageScope
  readonly clock: SearchClock
}

/**
 * Counts one word where PostgreSQL can do it alone: in whole rows, each of which knows how often each of its own words was
 * said. Nothing beside a single word has a say in it.
 */
export class WordCounts {
  readonly #client: Queryable
  readonly #scope: PassageScope
  readonly #clock: SearchClock
  readonly #edges: readonly number[]

  constructor({ client, scope, clock }: Parts, edges: readonly number[]) {
    this.#client = client
    this.#scope = scope
    this.#clock = clock
    this.#edges = edges.map((edge) => edge / minuteMs)
  }

  /** The word that is all that is asked for, of steps that part no row; null for any other question. */
  get word(): Word | null {
    const { onlyWord } = this.#scope.query
    if (onlyWord === null || lexeme(onlyWord.term) === null) return null
    return this.#edges.slice(1, -1).every((edge) => edge % rowMinutes === 0) ? onlyWord : null
  }

  /** What of a month is in the chart. */
  within(month: Month): Month {
    const [first = 0, last = 0] = [this.#edges[0], this.#edges.at(-1)]
    return {
      ...month,
      fromMinute: Math.max(month.fromMinute, Math.ceil(first)),
      toMinute: Math.min(month.toMinute, Math.ceil(last)),
    }
  }

  /** In all indexed passages that are whole within these minutes. False when time ran out. */
  async add({ term }: Word, month: Month, chart: Chart): Promise<boolean> {
    const by = this.#scope.isMostOf(month) ? 'index' : 'any'
    return await this.#clock.within(() => this.#add(term, month, chart, by), by)
  }

  async #add(term: string, month: Month, chart: Chart, by: 'index' | 'any'): Promise<void> {
    const asked = this.#scope.condition(month, 5, 'whole')
    if (asked === undefined) return
    const word = lexeme(term) ?? ''
    const { rows } = await this.#client.query(
      `SELECT said.channel, said.track, width_bucket(said.minute::float8, $4::float8[]) - 1 AS bucket,
              sum(CASE said.counts WHEN '' THEN 1 ELSE split_part(said.counts, ',', 1)::integer END) AS minutes,
              sum(CASE said.counts WHEN '' THEN 1 ELSE split_part(said.counts, ',', -1)::integer END) AS mentions
         FROM (
           SELECT p.channel, p.track, p.minute,
                  CASE p.minutes WHEN 1 THEN coalesce('1,' || (p.repeated ->> $3), '') ELSE ${tallyOf('p.counts', '$3')} END AS counts
             FROM ${by === 'index' ? rowsWith('$1', month) : 'search_passage'} AS p
            WHERE p.is_indexed AND ${by === 'index' ? '' : 'p.words @@ $1::tsquery AND '}(p.minutes > 1 OR p.words @@ $2::tsquery)
              AND ${asked.sql}
           OFFSET 0
         ) AS said
        GROUP BY 1, 2, 3`,
      [word, `${word}:A`, term, this.#edges, ...asked.values],
    )
    for (const row of rows as Row[]) {
      const channel = this.#scope.channels.get(integer(row, 'channel'))?.name
      const [track, bucket] = [text(row, 'track'), integer(row, 'bucket')]
      if (channel === undefined || !this.#scope.mayPass({ channel, run: '', track })) continue
      if (bucket < 0 || bucket >= this.#edges.length - 1) continue
      const [mentions, counted] = [integer(row, 'mentions'), integer(row, 'minutes')]
      chart.add({ channel, track, airing: null, bucket, mentions, minutes: counted })
    }
  }
}
