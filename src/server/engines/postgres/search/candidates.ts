import { integer, type Row } from '../../rules/columns.ts'
import type { Queryable } from '../database.ts'
import { candidateWords, lexemesOf, type Lexemes } from './candidate-words.ts'
import { PassageMatcher, type PassageHits } from './passage-matches.ts'
import { parsePassage, passageColumns, type PassageRow } from './passage-row.ts'
import { rowsWith, type Month } from './months.ts'
import type { Condition, Minutes, Part, PassageScope } from './search-scope.ts'
import type { PassageTexts } from './passage-texts.ts'
import type { SearchClock } from './clock.ts'
import type { Titles } from './titles.ts'

/** A passage in which matches begin. */
export interface Hit extends PassageHits {
  readonly channel: string
  readonly run: string
  readonly track: string
  readonly row: PassageRow
}

/** Rows of a scan that are decided at a time. */
const scanRows = 1000
/** Of those that are decided by their cues. */
const textRows = 20

const noLexemes: Lexemes = { words: [], beginnings: [] }
/** No term has one that comes after it. */
const lastCharacter = '\u{10ffff}'

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
  /** Where the minute of a match is all that is asked for. */
  readonly #columnsOfMinutes: string
  /** Null for filters alone, which look at every passage. */
  readonly #words: string | null
  /** What is asked of words, before what is asked of the rest. */
  readonly #values: readonly unknown[]

  constructor(parts: Parts) {
    this.#parts = parts
    const { query, edgeQuery } = parts.scope
    this.#matcher = new PassageMatcher(query)
    this.#edgeMatcher = new PassageMatcher(edgeQuery)
    this.#words = query.plan === null ? null : candidateWords(query.plan)
    const { words, beginnings } = query.plan === null ? noLexemes : lexemesOf(query.plan)
    const ranges = beginnings.map((_, n) => [3 + 2 * n, 4 + 2 * n] as const)
    const bounds = beginnings.flatMap((beginning) => [beginning, `${beginning}${lastCharacter}`])
    this.#values = this.#words === null ? [] : [this.#words, words, ...bounds]
    const needs = {
      words: this.#words === null ? null : { lexemes: 2, ranges },
      margins: this.#matcher.looksAround,
    }
    this.#columns = passageColumns({ ...needs, cues: null })
    this.#columnsOfMinutes = this.#matcher.isOfTokens
      ? passageColumns({ ...needs, cues: parts.scope.edgeTest })
      : this.#columns
  }

  /** In what is in no index yet, or fits into none: few passages, looked at one by one. */
  async open(minutes: Minutes): Promise<Hit[]> {
    const offered = this.#words === null ? '' : ' AND (p.words IS NULL OR p.words @@ $1::tsquery)'
    const asked = this.#condition(minutes, `NOT p.is_indexed${offered}`)
    if (asked === undefined) return []
    const { rows } = await this.#parts.client.query(
      `SELECT ${this.#columns} FROM search_passage p WHERE ${asked.sql}`,
      [...asked.values],
    )
    return await this.#decide(rows as Row[], minutes)
  }

  /** In the indexed passages before one that reach to a minute which is not before it. */
  async reaching(minute: number, before: PassageRow): Promise<Hit[]> {
    const minutes = { fromMinute: minute, toMinute: Infinity }
    const tests = `${this.#indexed} AND p.minute + p.minutes > ${minute}`
    const asked = this.#condition(minutes, tests)
    if (asked === undefined) return []
    const { sql, values } = beyond(asked, before, true)
    const { rows } = await this.#parts.client.query(
      `SELECT ${this.#columns} FROM search_passage p WHERE ${sql}`,
      [...values],
    )
    return await this.#decide(rows as Row[], minutes)
  }

  /** In the first so many indexed passages, by time, after one; `last` is null when there are no more. */
  async next(
    minutes: Minutes,
    after: PassageRow | null,
    isDown: boolean,
    limit: number,
  ): Promise<{ readonly hits: Hit[]; readonly last: PassageRow | null }> {
    const asked = this.#condition(minutes, this.#indexed)
    if (asked === undefined) return { hits: [], last: null }
    const order = isDown ? 'DESC' : 'ASC'
    const { sql, values } = after === null ? asked : beyond(asked, after, isDown)
    const { rows } = await this.#parts.client.query(
      `SELECT ${this.#columns} FROM search_passage p WHERE ${sql}
        ORDER BY p.minute ${order}, p.channel ${order}, p.run ${order}, p.track ${order} LIMIT ${limit}`,
      [...values],
    )
    const hits = await this.#decide(rows as Row[], minutes)
    const last = rows.length < limit ? undefined : (rows as Row[]).at(-1)
    return { hits, last: last === undefined ? null : this.#parse(last) }
  }

  /** In all indexed passages, in any order; `minutes`: times and programmes of hits are not asked for. False when time ran out. */
  async scan(
    month: Month,
    take: (hits: readonly Hit[]) => void,
    { part = 'all', minutes = false }: { readonly part?: Part; readonly minutes?: boolean } = {},
  ): Promise<boolean> {
    const columns = minutes ? this.#columnsOfMinutes : this.#columns
    const { client, scope, clock } = this.#parts
    const by = this.#words !== null && part === 'all' && scope.isMostOf(month) ? 'index' : 'any'
    const asked = this.#condition(month, by === 'index' ? 'p.is_indexed' : this.#indexed, part)
    if (asked === undefined) return true
    const from = by === 'index' ? rowsWith('$1', month) : 'search_passage'
    return await clock.within(async () => {
      await client.query(
        `DECLARE found NO SCROLL CURSOR FOR SELECT ${columns} FROM ${from} AS p WHERE ${asked.sql}`,
        [...asked.values],
      )
      for (;;) {
        const { rows } = await client.query(`FETCH ${scanRows} FROM found`)
        take(await this.#decide(rows as Row[], month, part))
        if (rows.length < scanRows) break
        if (clock.isOver) return false
        await clock.limit()
      }
      await client.query('CLOSE found')
      return true
    }, by)
  }

  get #indexed(): string {
    return this.#words === null ? 'p.is_indexed' : 'p.is_indexed AND p.words @@ $1::tsquery'
  }

  #condition(minutes: Minutes, tests: string, part: Part = 'all'): Condition | undefined {
    const condition = this.#parts.scope.condition(minutes, this.#values.length + 1, part)
    if (condition === undefined) return undefined
    const { sql, values } = condition
    return { sql: `${tests} AND ${sql}`, values: [...this.#values, ...values] }
  }

  async #decide(rows: readonly Row[], minutes: Minutes, part: Part = 'all'): Promise<Hit[]> {
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
      const matcher = scope.isAtEdge(row) ? this.#edgeMatcher : this.#matcher
      return matcher.find(row).map((found) => hitOf(row, found))
    })
    for (let from = 0; from < unfit.length; from += textRows)
      hits.push(...(await this.#decideByCues(unfit.slice(from, from + textRows))))
    return hits.filter((hit) => scope.holds(hit, minutes, part))
  }

  async #decideByCues(rows: readonly PassageRow[]): Promise<Hit[]> {
    const passages = await this.#parts.texts.read(rows)
    return rows.flatMap((row, n): Hit[] => {
      const passage = passages[n]
      const first = passage?.cues[0]?.cue
      if (passage === undefined || first === undefined) return []
      const { mentions } = passage
      const { minute } = row
      return [
        hitOf(row, { minute, mentions, startMs: Date.parse(first.start), airing: first.airing }),
      ]
    })
  }

  #parse(row: Row): PassageRow {
    const channel = this.#parts.scope.channels.get(integer(row, 'channel'))
    return parsePassage(row, channel?.name ?? '')
  }
}

/** What follows a passage in the order of time. */
function beyond({ sql, values: known }: Condition, after: PassageRow, isDown: boolean): Condition {
  const values = [...known]
  const place = [after.minute, after.channelId, after.runId, after.track]
  const given = place.map((value) => `$${values.push(value)}`)
  const sign = isDown ? '<' : '>'
  return {
    sql: `${sql} AND (p.minute, p.channel, p.run, p.track) ${sign} (${given.join()})`,
    values,
  }
}

function hitOf(row: PassageRow, found: PassageHits): Hit {
  const { channel, run, track } = row
  return { channel, run, track, ...found, row }
}
