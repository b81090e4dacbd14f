import { CcrError } from '../../../../../protocol/codes.ts'
import type {
  SearchPage,
  SearchPageRequest,
  Timeline,
  TimelineRequest,
} from '../../../../ports/search.ts'
import { monthOf } from '../../volumes/months.ts'
import { comparisons, pageOf, parsePlace, reversed } from '../../../rules/search/place.ts'
import { ChartCache } from './chart-cache.ts'
import { Counts } from './counts.ts'
import { Finder } from './finder.ts'
import { HitCache } from './hit-cache.ts'
import type { PassageReader } from './passage-reader.ts'
import { SearchRun } from './search-run.ts'
import type { Moment, SearchState } from './search-state.ts'
import type { Searchable } from './searchable.ts'
import type { UnreadMonths } from './unread-months.ts'

/** Where a search may be left for another, and its answer. */
export type Steps<T> = Generator<undefined, T>

/** Answers searches chunk by chunk. */
export class Searcher {
  readonly #state: SearchState
  readonly #passages: PassageReader
  readonly #months: UnreadMonths
  readonly #cache = new HitCache()
  readonly #charts: ChartCache
  readonly #now: () => number

  constructor(
    state: SearchState,
    passages: PassageReader,
    months: UnreadMonths,
    now: () => number,
  ) {
    this.#state = state
    this.#passages = passages
    this.#months = months
    this.#charts = new ChartCache(state.cuts)
    this.#now = now
  }

  *page(request: SearchPageRequest): Steps<SearchPage> {
    const place = request.cursor === null ? undefined : parsePlace(request.cursor)
    if (request.cursor !== null && place === undefined)
      throw new CcrError('bad-request', 'cursor is not one that this search has given out.')
    const { moment, release } = this.#begin(request)
    try {
      const run = this.#run(request, moment)
      const isBack = place?.way === 'before'
      const asked = comparisons[request.order]
      const compare = isBack ? reversed(asked) : asked
      const deadline = this.#now() + request.timeLimitMs
      const finder = new Finder(run, request, place, compare)
      let isWhole = true
      for (const chunk of finder.chunks()) {
        if (this.#now() >= deadline) {
          isWhole = false
          break
        }
        finder.take(chunk)
        yield
      }
      const { page, next, previous } = pageOf(finder.page(), {
        ...{ limit: request.limit, place, isWhole },
      })
      const passages = []
      const told = new Set<string>()
      const reading = this.#passages.begin(run, (problem) => told.add(problem))
      for (const candidate of page) {
        const passage = reading.read(candidate)
        if (passage !== undefined) passages.push(passage)
        yield
      }
      const problems = [...new Set([...this.#problems(request, moment), ...told])]
      return {
        passages,
        next,
        previous,
        complete: isWhole && problems.length === 0,
        problems,
      }
    } finally {
      release()
    }
  }

  *timeline(request: TimelineRequest): Steps<Timeline> {
    const { moment, release } = this.#begin(request)
    try {
      const deadline = this.#now() + request.timeLimitMs
      const kept = this.#charts.get(request, moment)
      const isKnown = kept !== undefined && moment.settled.isAll
      const run = isKnown ? undefined : this.#run(request, moment)
      let counts = kept?.counts ?? new Counts(request, this.#state.spans)
      let isWhole = true
      if (run !== undefined) {
        const { settled, open } = parted(run)
        if (kept === undefined) {
          isWhole = yield* this.#add(counts, run, settled, deadline)
          if (isWhole && run.isCacheable)
            this.#charts.set(request, moment, { counts, chunks: settled })
        }
        if (open.length > 0) {
          // What is kept stays as it is.
          counts = new Counts(request, this.#state.spans, counts)
          isWhole = (yield* this.#add(counts, run, open, deadline)) && isWhole
        }
      }
      const problems = this.#problems(request, moment)
      return { cells: counts.cells(), complete: isWhole && problems.length === 0, problems }
    } finally {
      release()
    }
  }

  /** False when time ran out. */
  *#add(
    counts: Counts,
    run: SearchRun,
    chunks: readonly Searchable[],
    deadline: number,
  ): Steps<boolean> {
    for (const chunk of chunks) {
      if (this.#now() >= deadline) return false
      counts.take(run, chunk)
      yield
    }
    return true
  }

  /** What of the archive could not be searched, one sentence each. */
  #problems({ from, to }: SearchPageRequest | TimelineRequest, moment: Moment): string[] {
    // A programme that began in the month before gives its title to what is searched.
    const fromMonth = from === null ? -Infinity : monthOf(Date.parse(from)) - 1
    const toMonth = to === null ? Infinity : monthOf(Date.parse(to))
    return [
      ...moment.lease.problems,
      ...moment.problems,
      ...this.#months.problems(fromMonth, toMonth),
    ]
  }

  #begin({ from, to }: SearchPageRequest | TimelineRequest): ReturnType<SearchState['take']> {
    const fromMs = from === null ? -Infinity : Date.parse(from)
    const toMs = to === null ? Infinity : Date.parse(to)
    return this.#state.take(fromMs, toMs, Date.now())
  }

  #run(request: SearchPageRequest | TimelineRequest, moment: Moment): SearchRun {
    const { spans, cuts } = this.#state
    return new SearchRun(request, moment, spans, cuts, this.#cache)
  }
}

/** Chunks that stay as they are until the index is another, and those that something newer reaches into. */
function parted(run: SearchRun): { settled: Searchable[]; open: Searchable[] } {
  const settled: Searchable[] = []
  const open: Searchable[] = []
  for (const chunk of run.chunks()) (run.moment.settled.holds(chunk) ? settled : open).push(chunk)
  return { settled, open }
}
