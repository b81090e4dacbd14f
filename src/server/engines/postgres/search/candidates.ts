import { integer, type Row } from '../../rules/columns.ts'
import type { Queryable } from '../database.ts'
import { candidateWords } from './candidate-words.ts'
import { PassageMatcher, type PassageHits } from './passage-matches.ts'
import { parsePassage, passageColumns, type PassageRow } from './passage-row.ts'
import type { Condition, Minutes, PassageScope } from './search-scope.ts'
import type { PassageTexts } from './passage-texts.ts'
import type { SearchClock } from './clock.ts'
import type { Titles } from './titles.ts'

/** A passage in which matches begin. */
export interface Hit extends PassageHits {
  readonly channel: string
  readonly run: string
  readonly track: string
  readonly minute: number
  readonly row: PassageRow
}

/** Rows of a scan that are decided at a time. */
const scanRows = 1000
/** Of those that are decided by their cues. */
const textRows = 20

interface Parts {
  readonly client: Queryable
  readonly scope: PassageScope
  readonly clock: SearchClock
  readonly titles: Titles
  readonly texts: PassageTexts
}

/** Reads passages in which something may be found, and decides what is. */
export class Candidates {
  readonly #parts: Parts
  readonly #matcher: PassageMatcher
  readonly #edgeMatcher: PassageMatcher
  readonly #columns: string
  /** Null for filters alone, which look at every passage. */
  readonly #words: string | null

  constructor(parts: Parts) {
    this.#parts = parts
    const { query, edgeQuery } = parts.scope
    this.#matcher = new PassageMatcher(query)
    this.#edgeMatcher = new PassageMatcher(edgeQuery)
    this.#words = query.plan === null ? null : candidateWords(query.plan)
    const needs = { words: this.#words !== null, margins: this.#matcher.looksAround }
    this.#columns = passageColumns(needs)
  }

  /** In what is in no index yet, or fits into none: few passages, looked at one by one. */
  async open(minutes: Minutes): Promise<Hit[]> {
    const asked = this.#condition(minutes, 'NOT p.is_indexed', '(p.words IS NULL OR p.words @@ ')
    if (asked === undefined) return []
    const { rows } = await this.#parts.client.query(
      `SELECT ${this.#columns} FROM search_passage p WHERE ${asked.sql}`,
      [...asked.values],
    )
    return await this.#decide(rows as Row[])
  }

  /** In the first so many indexed passages, by time, after one; `last` is null when there are no more. */
  async next(
    minutes: Minutes,
    after: PassageRow | null,
    isDown: boolean,
    limit: number,
  ): Promise<{ readonly hits: Hit[]; readonly last: PassageRow | null }> {
    const asked = this.#condition(minutes, 'p.is_indexed', '(p.words @@ ')
    if (asked === undefined) return { hits: [], last: null }
    const [sign, order] = isDown ? ['<', 'DESC'] : ['>', 'ASC']
    const values = [...asked.values]
    let beyond = ''
    if (after !== null) {
      const place = [after.minute, after.channelId, after.runId, after.track]
      const given = place.map((value) => `$${values.push(value)}`)
      beyond = `AND (p.minute, p.channel, p.run, p.track) ${sign} (${given.join()})`
    }
    const { rows } = await this.#parts.client.query(
      `SELECT ${this.#columns} FROM search_passage p WHERE ${asked.sql} ${beyond}
        ORDER BY p.minute ${order}, p.channel ${order}, p.run ${order}, p.track ${order} LIMIT ${limit}`,
      values,
    )
    const hits = await this.#decide(rows as Row[])
    const last = rows.length < limit ? undefined : (rows as Row[]).at(-1)
    return { hits, last: last === undefined ? null : this.#parse(last) }
  }

  /** In all indexed passages, in any order. False when time ran out. */
  async scan(minutes: Minutes, take: (hits: readonly Hit[]) => void): Promise<boolean> {
    const { client, clock } = this.#parts
    const asked = this.#condition(minutes, 'p.is_indexed', '(p.words @@ ')
    if (asked === undefined) return true
    return await clock.within(async () => {
      await client.query(
        `DECLARE found NO SCROLL CURSOR FOR SELECT ${this.#columns} FROM search_passage p WHERE ${asked.sql}`,
        [...asked.values],
      )
      for (;;) {
        const { rows } = await client.query(`FETCH ${scanRows} FROM found`)
        take(await this.#decide(rows as Row[]))
        if (rows.length < scanRows) break
        if (clock.isOver) return false
        await clock.limit()
      }
      await client.query('CLOSE found')
      return true
    })
  }

  #condition(minutes: Minutes, which: string, test: string): Condition | undefined {
    const words = this.#words
    const condition = this.#parts.scope.condition(minutes, words === null ? 1 : 2)
    if (condition === undefined) return undefined
    const { sql, values } = condition
    return words === null
      ? { sql: `${which} AND ${sql}`, values }
      : { sql: `${which} AND ${test}$1::tsquery) AND ${sql}`, values: [words, ...values] }
  }

  async #decide(rows: readonly Row[]): Promise<Hit[]> {
    const { scope, titles } = this.#parts
    const passages = rows.map((row) => this.#parse(row)).filter((row) => scope.mayPass(row))
    if (scope.asksForShow)
      await titles.load(
        passages.flatMap(({ channel, cues }) =>
          [...new Set(cues.airing)].map((airing) => ({ channel, airing })),
        ),
      )
    const unfit: PassageRow[] = []
    const hits = passages.flatMap((row): Hit[] => {
      if (row.words === null && this.#words !== null) {
        unfit.push(row)
        return []
      }
      const found = (scope.isAtEdge(row) ? this.#edgeMatcher : this.#matcher).find(row)
      return found === undefined ? [] : [hitOf(row, found)]
    })
    for (let from = 0; from < unfit.length; from += textRows)
      hits.push(...(await this.#decideByCues(unfit.slice(from, from + textRows))))
    return hits
  }

  async #decideByCues(rows: readonly PassageRow[]): Promise<Hit[]> {
    const passages = await this.#parts.texts.read(rows)
    return rows.flatMap((row, n): Hit[] => {
      const passage = passages[n]
      const first = passage?.cues[0]?.cue
      if (passage === undefined || first === undefined) return []
      const { mentions } = passage
      return [hitOf(row, { mentions, startMs: Date.parse(first.start), airing: first.airing })]
    })
  }

  #parse(row: Row): PassageRow {
    const channel = this.#parts.scope.channels.get(integer(row, 'channel'))
    return parsePassage(row, channel?.name ?? '')
  }
}

function hitOf(row: PassageRow, found: PassageHits): Hit {
  const { channel, run, track, minute } = row
  return { channel, run, track, minute, ...found, row }
}
