import { CcrError } from '../../../protocol/codes.ts'
import type {
  Search,
  SearchPage,
  SearchPageRequest,
  SearchScope,
  Timeline,
  TimelineRequest,
} from '../../ports/search.ts'
import type { Postgres, Queryable } from './database.ts'
import { Candidates } from './search/candidates.ts'
import { Chart } from './search/chart.ts'
import { SearchClock } from './search/clock.ts'
import { Months } from './search/months.ts'
import { PageFinder } from './search/page-finder.ts'
import { minuteOf } from './search/passage-row.ts'
import { PassageTexts } from './search/passage-texts.ts'
import { PassageScope } from './search/search-scope.ts'
import { Titles } from './search/titles.ts'
import { WordCounts } from './search/word-counts.ts'
import { pageOf, parsePlace } from '../rules/search/place.ts'

/** What is done for one search, on one moment of the database. */
interface Searching {
  readonly client: Queryable
  readonly scope: PassageScope
  readonly clock: SearchClock
  readonly titles: Titles
  readonly texts: PassageTexts
  readonly candidates: Candidates
  readonly months: Months
}

/**
 * Search in the archive of PostgreSQL. It finds what the archive holds, in one snapshot, and neither waits for writers nor
 * holds them up; a pool of its own keeps many searches from taking the connections of those who store.
 */
export class PostgresSearch implements Search {
  readonly #database: Postgres

  /** The database is the caller's to close. */
  constructor(database: Postgres) {
    this.#database = database
  }

  async page(request: SearchPageRequest): Promise<SearchPage> {
    const place = request.cursor === null ? undefined : parsePlace(request.cursor)
    if (request.cursor !== null && place === undefined)
      throw new CcrError('bad-request', 'cursor is not one that this search has given out.')
    return await this.#search(request, async ({ candidates, clock, months, texts }) => {
      const finder = new PageFinder(candidates, clock, request, place)
      const isWhole = await finder.find(months)
      const { page, next, previous } = pageOf(finder.found, {
        ...{ limit: request.limit, place, isWhole },
      })
      const read = await texts.read(page.map(({ row, minute }) => minuteOf(row, minute)))
      const passages = read.filter((passage) => passage !== undefined)
      return { passages, next, previous, complete: isWhole, problems: [] }
    })
  }

  async timeline(request: TimelineRequest): Promise<Timeline> {
    return await this.#search(request, async (searching) => {
      const chart = new Chart(request)
      const isWhole = await fill(chart, request, searching)
      return { cells: await chart.cells(searching.titles), complete: isWhole, problems: [] }
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing of its own is open.
  }

  async #search<T>(asked: SearchScope, work: (searching: Searching) => Promise<T>): Promise<T> {
    return await this.#database.snapshot(async (client) => {
      // Compiling takes longer than any search that is worth waiting for.
      await client.query('SET LOCAL jit = off')
      const clock = new SearchClock(client, asked.timeLimitMs)
      const titles = new Titles(client)
      const scope = await PassageScope.open(client, asked, titles)
      const texts = new PassageTexts(client, scope, titles)
      const candidates = new Candidates({ client, scope, clock, titles, texts })
      const months = new Months(client, scope)
      return await work({ client, scope, clock, titles, texts, candidates, months })
    })
  }
}

/** Adds up all that is found, the newest month first. False when time ran out. */
async function fill(
  chart: Chart,
  { edges, byAiring }: TimelineRequest,
  searching: Searching,
): Promise<boolean> {
  const { scope, clock, candidates, months } = searching
  const { bounds } = scope
  const isWhole = await clock.within(async () => chart.take(await candidates.open(bounds)))
  if (!isWhole) return false
  const counts = new WordCounts(searching, edges)
  const word = byAiring ? null : counts.word
  for await (const whole of months.newestFirst()) {
    const month = counts.within(whole)
    const wish = { part: word === null ? 'all' : 'edges', minutes: !byAiring } as const
    if (!(await candidates.scan(month, (hits) => chart.take(hits), wish))) return false
    if (word !== null && !(await counts.add(word, month, chart))) return false
  }
  return true
}
