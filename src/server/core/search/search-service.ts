import { view, type Reader } from '../../../policy/view.ts'
import { CcrError } from '../../../protocol/codes.ts'
import type {
  Grouping,
  Interval,
  SearchItem,
  SearchPageAnswer,
  SearchTimeline,
} from '../../../protocol/search.ts'
import { isTimeZone } from '../../../protocol/time/time-zone.ts'
import { formatQuery } from '../../../query/language/format.ts'
import { restateQuery } from '../../../query/language/restate.ts'
import type { Query } from '../../../query/language/query.ts'
import type { Archive, Range } from '../../ports/archive.ts'
import type { ChannelRecord, Directory } from '../../ports/directory.ts'
import type { Search, SearchChannel, SearchScope } from '../../ports/search.ts'
import { bucketEdges, chooseInterval, maxBuckets } from './buckets.ts'
import { readQuery } from './read-query.ts'
import { searchItem } from './search-items.ts'
import { facets, seriesOf } from './search-series.ts'

/** A page is asked for by someone who waits. */
const pageTimeMs = 2000
const timelineTimeMs = 5000
const exportTimeMs = 30_000
const exportPage = 500
/** A chart without a beginning begins this long ago. */
const timelineDays = 30

export interface SearchQuestion extends Range {
  readonly reader: Reader
  readonly q: string
  /** Empty = all that the reader may see. */
  readonly channels: readonly string[]
  readonly tracks: readonly string[]
}

export interface PageQuestion extends SearchQuestion {
  readonly order: 'newest' | 'oldest' | 'relevance'
  readonly cursor: string | null
  readonly limit: number
}

export interface TimelineQuestion extends SearchQuestion {
  readonly interval: Interval | null
  readonly timeZone: string
  readonly by: Grouping
}

export interface SearchServiceOptions {
  readonly search: Search
  readonly archive: Archive
  readonly directory: Directory
  /** Wall clock. */
  readonly now: () => number
  /** A clock that nobody sets. */
  readonly elapsed: () => number
}

/** Searches as a reader may make them: what a query says, over the channels and times that are theirs. */
export class SearchService {
  readonly #options: SearchServiceOptions

  constructor(options: SearchServiceOptions) {
    this.#options = options
  }

  async page(question: PageQuestion): Promise<SearchPageAnswer> {
    const began = this.#options.elapsed()
    const { order, cursor, limit } = question
    const query = readQuery(question.q)
    const channels = this.#channels(question)
    const scope = this.#scope(question, query, channels, pageTimeMs)
    const page = await this.#options.search.page({ ...scope, order, cursor, limit })
    const items = page.passages.map((passage) =>
      searchItem(passage, channels.get(passage.channel)?.snippetWords ?? null),
    )
    const { next, previous, complete, problems } = page
    return {
      ...{ items, next, previous, ...said(query) },
      ...{ tookMs: this.#options.elapsed() - began, complete, problems: [...problems] },
    }
  }

  /** Everything that is found, in order; only of channels that offer their text as files. */
  async *export(
    question: Omit<PageQuestion, 'cursor' | 'limit'>,
    signal: AbortSignal,
  ): AsyncGenerator<readonly SearchItem[]> {
    const query = readQuery(question.q)
    const channels = new Map([...this.#channels(question)].filter(([, channel]) => channel.export))
    const scope = this.#scope(question, query, channels, exportTimeMs)
    let cursor: string | null = null
    do {
      signal.throwIfAborted()
      const { order } = question
      const page = await this.#options.search.page({ ...scope, order, cursor, limit: exportPage })
      if (!page.complete)
        throw new CcrError('storage-unavailable', page.problems[0] ?? 'The search took too long.')
      yield page.passages.map((passage) =>
        searchItem(passage, channels.get(passage.channel)?.snippetWords ?? null),
      )
      cursor = page.next
    } while (cursor !== null)
  }

  async timeline(question: TimelineQuestion): Promise<SearchTimeline> {
    const began = this.#options.elapsed()
    const query = readQuery(question.q)
    const channels = this.#channels(question)
    const { by, timeZone } = question
    if (!isTimeZone(timeZone))
      throw new CcrError('bad-request', `timeZone: ${timeZone} is no IANA time zone.`)
    const nowMs = this.#options.now()
    const toMs = question.to === null ? nowMs : Date.parse(question.to)
    const askedMs =
      question.from === null ? toMs - timelineDays * 86_400_000 : Date.parse(question.from)
    const interval = question.interval ?? chooseInterval(askedMs, toMs)
    const edges = bucketEdges(interval, askedMs, toMs, timeZone)
    if (edges.length === 0)
      throw new CcrError(
        'bad-request',
        `interval: ${interval} makes more than ${maxBuckets} steps of this time; take a longer one.`,
      )
    // Who asks for no beginning gets whole steps, and with no end either the same question until the next step begins.
    const fromMs = question.from === null ? (edges[0] ?? askedMs) : askedMs
    const range = { from: iso(fromMs), to: iso(toMs) }
    const asked = { ...question, from: range.from }
    const scope = this.#scope(asked, query, channels, timelineTimeMs)
    const [timeline, monitored] = await Promise.all([
      this.#options.search.timeline({ ...scope, edges, byAiring: by === 'airing' }),
      this.#monitored([...channels.values()], fromMs, toMs, edges),
    ])
    const { cells, complete, problems } = timeline
    const items = edges.slice(0, -1).map((startMs, bucket) => ({
      start: iso(startMs),
      end: iso(edges[bucket + 1] ?? startMs),
      ...{ mentions: 0, minutes: 0, monitored: monitored[bucket] ?? 0 },
    }))
    for (const { bucket, mentions, minutes } of cells) {
      const item = items[bucket]
      if (item === undefined) continue
      item.mentions += mentions
      item.minutes += minutes
    }
    const names = new Map([...channels].map(([id, { record }]) => [id, record]))
    return {
      ...{ items, next: null, interval, timeZone, ...range, ...said(query) },
      series: seriesOf(cells, by, names, edges.length - 1),
      facets: facets(cells, names),
      mentions: sum(items, 'mentions'),
      minutes: sum(items, 'minutes'),
      monitored: sum(items, 'monitored'),
      ...{ tookMs: this.#options.elapsed() - began, complete, problems: [...problems] },
    }
  }

  /** How often a query is true between ascending edges, ms, whatever the question's own times; null when not all was counted. */
  async counts(question: SearchQuestion, edges: readonly number[]): Promise<number[] | null> {
    const query = readQuery(question.q)
    const scope = this.#scope(
      { ...question, from: iso(edges[0] ?? 0), to: iso(edges.at(-1) ?? 0) },
      query,
      this.#channels(question),
      timelineTimeMs,
    )
    const { cells, complete } = await this.#options.search.timeline({
      ...{ ...scope, edges, byAiring: false },
    })
    if (!complete) return null
    const counts = edges.slice(1).map(() => 0)
    for (const { bucket, mentions } of cells) counts[bucket] = (counts[bucket] ?? 0) + mentions
    return counts
  }

  /** Minutes in which the channels of a question were monitored, between the same. */
  async monitored(question: SearchQuestion, edges: readonly number[]): Promise<number[] | null> {
    const channels = [...this.#channels(question).values()]
    return await this.#monitored(channels, edges[0] ?? 0, edges.at(-1) ?? 0, edges)
  }

  /** Minutes in which the channels were monitored, by bucket: what mentions are to be held against. */
  async #monitored(
    channels: readonly Allowed[],
    fromMs: number,
    toMs: number,
    edges: readonly number[],
  ): Promise<number[]> {
    const range = { from: iso(fromMs), to: iso(toMs) }
    const ids = channels.map(({ record }) => record.id)
    const minutes = await this.#options.archive.monitored(ids, range, edges)
    return minutes.map((count) => Math.round(count * 10) / 10)
  }

  #channels({ reader, channels }: SearchQuestion): Map<string, Allowed> {
    const { directory, now } = this.#options
    const found = new Map<string, Allowed>()
    const wanted =
      channels.length === 0 ? directory.channels() : channels.map((id) => this.#find(id))
    for (const record of wanted) {
      const seen = view(reader, record)
      if (!seen.allowed) {
        if (channels.length === 0) continue
        throw seen.because === 'hidden'
          ? new CcrError('unknown-channel', `There is no channel ${record.id}.`)
          : new CcrError('unauthorized', `The channel ${record.id} is for those who sign in.`)
      }
      const { delayMs, retentionMs, snippetWords } = seen
      found.set(record.id, {
        ...{ record, snippetWords, export: seen.export },
        from: retentionMs === null ? null : iso(now() - retentionMs),
        to: delayMs === 0 ? null : iso(now() - delayMs),
      })
    }
    return found
  }

  #find(id: string): ChannelRecord {
    const channel = this.#options.directory.channel(id)
    if (channel === undefined) throw new CcrError('unknown-channel', `There is no channel ${id}.`)
    return channel
  }

  #scope(
    { from, to, tracks }: Omit<SearchQuestion, 'q'>,
    query: Query,
    channels: ReadonlyMap<string, Allowed>,
    timeLimitMs: number,
  ): SearchScope {
    return {
      ...{ query, from, to, timeLimitMs, tracks: tracks.length === 0 ? null : tracks },
      channels: [...channels.values()].map(({ record, from: since, to: until }): SearchChannel => {
        const { id, network, timeZone } = record
        // What retention took before the time that is asked about does not make it another question.
        const isBefore = since !== null && from !== null && Date.parse(since) <= Date.parse(from)
        return { id, network, timeZone, from: isBefore ? null : since, to: until }
      }),
    }
  }
}

interface Allowed extends Range {
  readonly record: ChannelRecord
  readonly snippetWords: number | null
  readonly export: boolean
}

function said(query: Query): { query: string; canonical: string } {
  return { query: restateQuery(query), canonical: formatQuery(query) }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

function sum<K extends string>(items: readonly Readonly<Record<K, number>>[], key: K): number {
  return items.reduce((total, item) => total + item[key], 0)
}
