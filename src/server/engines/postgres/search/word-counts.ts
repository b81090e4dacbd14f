import type { Word } from '../../../../query/language/query.ts'
import { minuteMs } from '../../rules/search/measures.ts'
import { integer, text, type Row } from '../../rules/columns.ts'
import type { Queryable } from '../database.ts'
import type { Chart } from './chart.ts'
import type { Minutes, PassageScope } from './search-scope.ts'
import { lexeme } from './vector.ts'

/**
 * Counts one word where PostgreSQL can do it alone: in whole minutes, each of which knows how often each of its own words
 * was said. Nothing beside a single word has a say in it.
 */
export class WordCounts {
  readonly #client: Queryable
  readonly #scope: PassageScope
  readonly #edges: readonly number[]

  constructor(client: Queryable, scope: PassageScope, edges: readonly number[]) {
    this.#client = client
    this.#scope = scope
    this.#edges = edges.map((edge) => edge / minuteMs)
  }

  /** The word that is all that is asked for; null for any other question. */
  get word(): Word | null {
    const { onlyWord } = this.#scope.query
    return onlyWord === null || lexeme(onlyWord.term) === null ? null : onlyWord
  }

  /** Parts these minutes into those that are asked for as a whole, and those at the edges of the asked time. */
  split({ fromMinute, toMinute }: Minutes): { readonly whole: Minutes; readonly edges: Minutes[] } {
    const { fromMs, toMs } = this.#scope
    const from = Math.max(fromMinute, Math.ceil(fromMs / minuteMs))
    const to = Math.max(from, Math.min(toMinute, Math.floor(toMs / minuteMs)))
    return {
      whole: { fromMinute: from, toMinute: to },
      edges: [
        { fromMinute, toMinute: Math.min(toMinute, from) },
        { fromMinute: to, toMinute },
      ],
    }
  }

  /** In all indexed passages of these minutes. */
  async add({ term }: Word, minutes: Minutes, chart: Chart): Promise<void> {
    const asked = this.#scope.condition(minutes, 4)
    if (asked === undefined) return
    const { rows } = await this.#client.query(
      `SELECT p.channel, p.track, width_bucket(p.minute::float8, $3::float8[]) - 1 AS bucket, count(*) AS minutes,
              sum(coalesce((p.repeated ->> $2)::integer, 1)) AS mentions
         FROM search_passage p WHERE p.is_indexed AND p.words @@ $1::tsquery AND ${asked.sql}
        GROUP BY 1, 2, 3`,
      [`${lexeme(term) ?? ''}:A`, term, this.#edges, ...asked.values],
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
