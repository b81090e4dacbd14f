import { CcrError } from '../../../../../protocol/codes.ts'
import type {
  SearchPage,
  SearchPageRequest,
  Timeline,
  TimelineRequest,
} from '../../../../ports/search.ts'
import { monthOf } from '../../volumes/months.ts'
import { comparisons, formatPlace, parsePlace, reversed } from './candidates.ts'
import type { Candidate, Compare, Place } from './candidates.ts'
import { ChunkSums } from './chunk-sums.ts'
import { Counts } from './counts.ts'
import { CutBook } from './cut-book.ts'
import { HitCache } from './hit-cache.ts'
import { minuteMs } from '../format/index-schema.ts'
import type { PassageReader } from './passage-reader.ts'
import { SearchRun } from './search-run.ts'
import type { SearchState } from './search-state.ts'
import type { UnreadMonths } from './unread-months.ts'
import type { CueTable } from '../format/chunk.ts'
import type { Searchable } from './searchable.ts'

/** Where a search may be left for another, and its answer. */
export type Steps<T> = Generator<undefined, T>

/** Answers searches chunk by chunk. */
export class Searcher {
  readonly #state: SearchState
  readonly #passages: PassageReader
  readonly #months: UnreadMonths
  readonly #cuts: CutBook
  readonly #cache = new HitCache()
  readonly #sums = new ChunkSums()
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
    this.#cuts = new CutBook(state.spans)
    this.#now = now
  }

  *page(request: SearchPageRequest): Steps<SearchPage> {
    const place = request.cursor === null ? undefined : parsePlace(request.cursor)
    if (request.cursor !== null && place === undefined)
      throw new CcrError('bad-request', 'cursor is not one that this search has given out.')
    const { run, problems: indexProblems, release } = this.#begin(request)
    try {
      const isBack = place?.way === 'before'
      const asked = comparisons[request.order]
      const compare = isBack ? reversed(asked) : asked
      const deadline = this.#now() + request.timeLimitMs
      const finder = new Finder(run, request, place, compare)
      let isWhole = true
      for (const chunk of finder.chunks()) {
        if (finder.isEnough(chunk)) break
        if (this.#now() >= deadline) {
          isWhole = false
          break
        }
        finder.take(chunk)
        yield
      }
      const found = finder.page()
      const hasMore = found.length > request.limit
      const page = found.slice(0, request.limit)
      if (isBack) page.reverse()
      const passages = []
      const told = new Set<string>()
      for (const candidate of page) {
        const passage = this.#passages.read(candidate, run, (problem) => told.add(problem))
        if (passage !== undefined) passages.push(passage)
        yield
      }
      const at = (way: Place['way'], one: Candidate | undefined): string | null =>
        one === undefined ? null : formatPlace({ ...one, way })
      const isMore = hasMore || !isWhole
      const problems = [...new Set([...indexProblems, ...told, ...this.#unread(request)])]
      return {
        passages,
        next: isBack || isMore ? at('after', page.at(-1)) : null,
        previous: (isBack ? isMore : place !== undefined) ? at('before', page[0]) : null,
        complete: isWhole && problems.length === 0,
        problems,
      }
    } finally {
      release()
    }
  }

  *timeline(request: TimelineRequest): Steps<Timeline> {
    const { run, problems: indexProblems, release } = this.#begin(request)
    try {
      const deadline = this.#now() + request.timeLimitMs
      const counts = new Counts(request, this.#state.spans, this.#sums)
      let isWhole = true
      for (const chunk of run.chunks().sort((a, b) => b.lastMinute - a.lastMinute)) {
        if (this.#now() >= deadline) {
          isWhole = false
          break
        }
        counts.take(run, chunk)
        yield
      }
      const cells = counts.cells()
      const problems = [...indexProblems, ...this.#unread(request)]
      return { cells, complete: isWhole && problems.length === 0, problems }
    } finally {
      release()
    }
  }

  /** A programme that began in the month before gives its title to what is searched. */
  #unread({ from, to }: SearchPageRequest | TimelineRequest): readonly string[] {
    return this.#months.problems(
      from === null ? -Infinity : monthOf(Date.parse(from)) - 1,
      to === null ? Infinity : monthOf(Date.parse(to)),
    )
  }

  #begin(request: SearchPageRequest | TimelineRequest): {
    run: SearchRun
    problems: readonly string[]
    release: () => void
  } {
    const from = request.from === null ? -Infinity : Date.parse(request.from)
    const to = request.to === null ? Infinity : Date.parse(request.to)
    const moment = this.#state.take(from, to, Date.now())
    const run = new SearchRun(request, moment, this.#state.spans, this.#cuts, this.#cache)
    return { run, problems: moment.problems, release: () => moment.lease.release() }
  }
}

/** Collects the first of what is found, in the asked order, from as few chunks as show them. */
class Finder {
  readonly #run: SearchRun
  readonly #place: Place | undefined
  readonly #compare: Compare
  readonly #limit: number
  readonly #isByTime: boolean
  /** Whether later minutes come first. */
  readonly #isDown: boolean
  #found: Candidate[] = []
  /** The last minute that is on the page, once it is full. */
  #worst: number | undefined

  constructor(
    run: SearchRun,
    { order, limit }: SearchPageRequest,
    place: Place | undefined,
    compare: Compare,
  ) {
    this.#run = run
    this.#place = place
    this.#compare = compare
    // One more than asked for tells whether there is another page.
    this.#limit = limit + 1
    this.#isByTime = order !== 'relevance'
    this.#isDown = (order !== 'oldest') !== (place?.way === 'before')
  }

  chunks(): Searchable[] {
    const minute =
      this.#place === undefined ? undefined : Math.floor(this.#place.startMs / minuteMs)
    return this.#run
      .chunks()
      .filter(({ firstMinute, lastMinute }) => {
        if (minute === undefined || !this.#isByTime) return true
        return this.#isDown ? firstMinute <= minute : lastMinute >= minute
      })
      .sort((a, b) => (this.#isDown ? b.lastMinute - a.lastMinute : a.firstMinute - b.firstMinute))
  }

  /** Whether nothing in this chunk, or in those after it, comes before what is found. */
  isEnough(chunk: Searchable): boolean {
    const worst = this.#worst
    if (!this.#isByTime || worst === undefined) return false
    return this.#isDown ? chunk.lastMinute < worst : chunk.firstMinute > worst
  }

  take(chunk: Searchable): void {
    let cues: CueTable | undefined
    const minute =
      this.#place === undefined ? undefined : Math.floor(this.#place.startMs / minuteMs)
    this.#run.eachHit(
      chunk,
      (hits, n) => {
        const at = hits.minute[n] ?? 0
        if (this.#isBeyond(at, minute)) return
        const key = chunk.keys[hits.stretch[n] ?? 0]
        if (key === undefined) return
        cues ??= chunk.cues()
        const first = hits.first[n] ?? 0
        const cue = this.#run.query.cueOf(cues, first)
        const candidate = {
          ...key,
          minute: at,
          mentions: hits.mentions[n] ?? 0,
          startMs: cues.startMs[cue] ?? 0,
        }
        if (this.#place === undefined || this.#compare(candidate, this.#place) > 0)
          this.#found.push(candidate)
        if (this.#found.length > 4 * this.#limit) this.#keepFirst()
      },
      this.#isDown,
    )
    this.#keepFirst()
  }

  #keepFirst(): void {
    this.#found.sort(this.#compare)
    this.#found.length = Math.min(this.#found.length, this.#limit)
    this.#worst = this.#found[this.#limit - 1]?.minute
  }

  page(): readonly Candidate[] {
    return this.#found
  }

  /** Minutes that cannot be on the page: told by their number, before their cues are looked at. */
  #isBeyond(minute: number, from: number | undefined): boolean {
    if (!this.#isByTime) return false
    if (from !== undefined && (this.#isDown ? minute > from : minute < from)) return true
    const worst = this.#worst
    return worst !== undefined && (this.#isDown ? minute < worst : minute > worst)
  }
}
