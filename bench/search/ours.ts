import { parseQuery } from '../../src/query/language/parse.ts'
import type { TimelineRequest } from '../../src/server/ports/search.ts'
import { historyOf } from '../../src/server/engines/sqlite/index/tail/history.ts'
import { IndexVolumes } from '../../src/server/engines/sqlite/index/search/index-volumes.ts'
import { PassageReader } from '../../src/server/engines/sqlite/index/search/passage-reader.ts'
import { SearchState } from '../../src/server/engines/sqlite/index/search/search-state.ts'
import { Searcher, type Steps } from '../../src/server/engines/sqlite/index/search/searcher.ts'
import { UnreadMonths } from '../../src/server/engines/sqlite/index/search/unread-months.ts'
import { openLogReader } from '../../src/server/engines/sqlite/log/log-reader.ts'
import { ArchiveReader } from '../../src/server/engines/sqlite/volumes/archive-reader.ts'
import { Troubles } from '../../src/server/engines/sqlite/volumes/troubles.ts'
import { Volumes } from '../../src/server/engines/sqlite/volumes/volumes.ts'
import { dayMs, medianMs, pageSize, type Figure } from './figures.ts'
import { queryOf, type Question } from './queries.ts'
import { channelCount, channelName, firstHourMs } from './speech.ts'

/** Our engine in this thread, as a worker of the server runs it. */
export class Ours {
  readonly #state: SearchState
  readonly #passages: PassageReader
  readonly #months: UnreadMonths
  readonly #close: () => void

  constructor(dataDir: string) {
    const log = openLogReader(dataDir)
    const volumes = new Volumes(dataDir)
    const troubles = new Troubles(() => undefined)
    const archive = new ArchiveReader(log, volumes, troubles)
    this.#months = new UnreadMonths(volumes, troubles, () => performance.now())
    const indexes = new IndexVolumes(dataDir)
    this.#state = new SearchState(log, this.#months, indexes, historyOf(archive))
    this.#passages = new PassageReader(archive, this.#state.spans)
    this.#close = () => {
      this.#state.close()
      indexes.close()
      volumes.close()
      log.db.close()
    }
  }

  /** A searcher that has found nothing yet: what was found in a chunk is kept by it. */
  searcher(): Searcher {
    return new Searcher(this.#state, this.#passages, this.#months, () => performance.now())
  }

  measure(question: Question): Figure {
    const days = timelineRequest(question, false)
    const all = { ...days, edges: [days.edges[0] ?? 0, days.edges.at(-1) ?? 0] }
    const warm = this.searcher()
    const { cells } = finish(warm.timeline(days))
    return {
      firstPageMs: medianMs(() => this.firstPage(question)),
      countMs: medianMs(() => finish(this.searcher().timeline(all))),
      coldTimelineMs: medianMs(() => finish(this.searcher().timeline(days))),
      warmTimelineMs: medianMs(() => finish(warm.timeline(days))),
      minutes: cells.reduce((sum, cell) => sum + cell.minutes, 0),
    }
  }

  firstPage(question: Question): number {
    const request = { order: 'newest', cursor: null, limit: pageSize } as const
    const page = finish(this.searcher().page({ ...scopeOf(question), ...request }))
    return page.passages.length
  }

  /** Programmes in which something is said, counted. */
  facetMs(question: Question): number {
    const request = timelineRequest(question, true)
    const all = { ...request, edges: [request.edges[0] ?? 0, request.edges.at(-1) ?? 0] }
    return medianMs(() => finish(this.searcher().timeline(all)), 3)
  }

  close(): void {
    this.#close()
  }
}

/** A year, day by day. */
export function timelineRequest(question: Question, byAiring: boolean): TimelineRequest {
  const last = firstHourMs - (firstHourMs % dayMs) + 60 * dayMs
  const edges = Array.from({ length: 366 }, (_, n) => last - (365 - n) * dayMs)
  return { ...scopeOf(question), edges, byAiring }
}

export function scopeOf(question: Question): Omit<TimelineRequest, 'edges' | 'byAiring'> {
  const parsed = parseQuery(queryOf(question))
  if (!parsed.ok) throw new RangeError(`${question.name}: ${parsed.message}`)
  return {
    query: parsed.query,
    channels: Array.from({ length: channelCount }, (_, n) => ({
      ...{ id: channelName(n), network: null, timeZone: 'UTC', from: null, to: null },
    })),
    ...{ tracks: null, from: null, to: null, timeLimitMs: 600_000 },
  }
}

function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}
