import type { Cue, Gap } from '../../../../../protocol/api.ts'
import type { CueFacts } from '../../../../../query/match/filter-test.ts'
import { findMatches, matchesOfStream } from '../../../../../query/match/find-matches.ts'
import { hasNegation, windowTokens } from '../../../../../query/language/query.ts'
import { Evaluator, type Match } from '../../../../../query/text/segment.ts'
import { tokenize, type Tokens } from '../../../../../query/text/tokenize.ts'
import type { CueQuery } from '../../../../ports/archive.ts'
import type { Passage } from '../../../../ports/search.ts'
import { contextTokens, passageOf } from '../../../rules/search/passage.ts'
import type { ArchiveReader, LogMoment } from '../../volumes/archive-reader.ts'
import { monthOf } from '../../volumes/months.ts'
import type { Candidate } from './candidate.ts'
import type { MinuteTable, Stretch } from '../format/chunk.ts'
import { marginAfter, marginBefore, minuteMs } from '../../../rules/search/measures.ts'
import { lastAtOrBefore } from '../../../rules/search/last-at-or-before.ts'
import type { SearchRun } from './search-run.ts'
import type { Searchable } from './searchable.ts'
import type { Moment } from './search-state.ts'
import type { SpanBook } from './span-book.ts'
import { unreadProblem } from './unread-months.ts'

const cuesPerRead = 40
/** More than are said in a minute and its margins. */
const cuesNear = 400

type Tell = (problem: string) => void

/** Reads what was said around hits, and marks in it what the query found. */
export class PassageReader {
  readonly #archive: ArchiveReader
  readonly #spans: SpanBook
  /** Of cues that are read again while their block is kept. */
  readonly #tokens = new WeakMap<Cue, Tokens>()
  /** Of the log's channels, as long as searches share a moment. */
  readonly #moments = new WeakMap<Moment, Map<string, LogMoment | undefined>>()

  constructor(archive: ArchiveReader, spans: SpanBook) {
    this.#archive = archive
    this.#spans = spans
  }

  /** For the hits of one page. */
  begin(run: Asked, tell: Tell): PageReading {
    return new PageReading(this, run, tell)
  }

  get archive(): ArchiveReader {
    return this.#archive
  }

  get spans(): SpanBook {
    return this.#spans
  }

  moment(of: Moment, channel: string): LogMoment | undefined {
    let moments = this.#moments.get(of)
    moments ??= new Map<string, LogMoment | undefined>()
    this.#moments.set(of, moments)
    if (!moments.has(channel)) moments.set(channel, this.#archive.moment(channel))
    return moments.get(channel)
  }

  tokensOf(cue: Cue): Tokens {
    let tokens = this.#tokens.get(cue)
    if (tokens === undefined) this.#tokens.set(cue, (tokens = tokenize(cue.text)))
    return tokens
  }
}

type Asked = Pick<SearchRun, 'asked' | 'facts' | 'moment'>

interface ChannelReading {
  readonly moment: LogMoment
  readonly facts: CueFacts
  /** Null for a query of filters alone. */
  readonly evaluator: Evaluator | null
}

class PageReading {
  readonly #reader: PassageReader
  readonly #archive: ArchiveReader
  readonly #run: Asked
  readonly #tell: Tell
  readonly #channels = new Map<string, ChannelReading | undefined>()
  readonly #tokensOf = (cue: Cue): Tokens => this.#reader.tokensOf(cue)

  constructor(reader: PassageReader, run: Asked, tell: Tell) {
    this.#reader = reader
    this.#archive = reader.archive
    this.#run = run
    this.#tell = tell
  }

  /** Undefined when what the index speaks of is no longer there, or cannot be read. */
  read(candidate: Candidate): Passage | undefined {
    const { channel } = candidate
    const reading = this.#reading(channel)
    if (reading === undefined) return undefined
    const { moment, facts } = reading
    const cues = this.#near(candidate, moment) ?? [
      ...this.#before(candidate, moment),
      ...this.#from(candidate, moment),
    ]
    const matches = this.#matches(reading, cues, this.#gaps(channel, cues))
    return passageOf(candidate, { cues, matches }, facts.showOf, this.#tokensOf)
  }

  #reading(channel: string): ChannelReading | undefined {
    if (this.#channels.has(channel)) return this.#channels.get(channel)
    const known = this.#run.facts.get(channel)
    const moment = this.#reader.moment(this.#run.moment, channel)
    let reading: ChannelReading | undefined
    if (known !== undefined && moment !== undefined) {
      const { asked } = this.#run
      const showOf = ({ airing, start }: Cue): string | null =>
        airing === null ? null : this.#reader.spans.title(channel, airing, Date.parse(start))
      const facts = { channel: known, showOf }
      const evaluator = asked.kind === 'text' ? new Evaluator(asked.expression, facts) : null
      reading = { moment, facts, evaluator }
    }
    this.#channels.set(channel, reading)
    return reading
  }

  #matches(
    { evaluator, facts }: ChannelReading,
    cues: readonly Cue[],
    gaps: readonly Gap[],
  ): Match[] {
    if (evaluator === null) return findMatches(this.#run.asked, facts, cues, gaps)
    return matchesOfStream(evaluator, cues, gaps, this.#tokensOf)
  }

  /** As much around the matches as can have a say in them, by what the index knows of its cues. */
  #near(candidate: Candidate, moment: LogMoment): readonly Cue[] | undefined {
    const { channel, run, track } = candidate
    const range = this.#range(candidate)
    if (range === undefined) return undefined
    try {
      const page = this.#archive.cuesOf(moment, {
        ...{ channel, run, tracks: [track], order: 'oldest', cursor: null, limit: cuesNear },
        from: new Date(range.fromMs).toISOString(),
        to: new Date(range.toMs).toISOString(),
      })
      return page.cursor === null ? page.cues : undefined
    } catch (error) {
      // Those who look piece by piece find what can be read, and tell what cannot.
      unreadProblem(error)
      return undefined
    }
  }

  #range(candidate: Candidate): TimeRange | undefined {
    const { chunk, place, first, last } = candidate
    const minutes = chunk.minutes()
    const stretch = minutes.stretch[place] ?? 0
    const own = chunk.stretches[stretch]
    if (own === undefined) return undefined
    const { asked } = this.#run
    if (asked.kind !== 'text') {
      const { position } = chunk.cues()
      const begin = (position[first] ?? 0) - contextTokens
      return rangeOfCues(chunk, own, begin, (position[last] ?? 0) + contextTokens)
    }
    let begin = first - contextTokens
    let end = last + windowTokens + contextTokens
    if (hasNegation(asked.expression)) {
      // What was taken away in this minute must be so again.
      const isLast = minutes.stretch[place + 1] !== stretch
      begin = (minutes.start[place] ?? 0) - marginBefore
      end = (isLast ? own.ownEnd : (minutes.start[place + 1] ?? own.ownEnd)) + marginAfter
    }
    // The table of cues is twenty times as long, and tells more only where minutes are not counted: beyond its edges.
    const isInside = begin >= own.ownStart && end < own.ownEnd
    return isInside
      ? rangeOfMinutes(minutes, place, begin, end)
      : rangeOfCues(chunk, own, begin, end)
  }

  #before({ channel, run, track, minute }: Candidate, moment: LogMoment): Cue[] {
    const to = new Date(minute * minuteMs).toISOString()
    const query = { channel, run, tracks: [track], from: null, to, order: 'newest' } as const
    return this.#read(query, moment, (found) => this.#count(found) >= marginBefore).reverse()
  }

  #from({ channel, run, track, minute }: Candidate, moment: LogMoment): Cue[] {
    const from = new Date(minute * minuteMs).toISOString()
    const end = new Date((minute + 1) * minuteMs).toISOString()
    const query = { channel, run, tracks: [track], from, to: null, order: 'oldest' } as const
    return this.#read(
      ...[query, moment],
      (found) => this.#count(found.filter(({ start }) => start >= end)) >= marginAfter,
    )
  }

  #read(
    query: Omit<CueQuery, 'cursor' | 'limit'>,
    moment: LogMoment,
    isEnough: (found: readonly Cue[]) => boolean,
  ): Cue[] {
    const found: Cue[] = []
    let cursor: string | null = null
    try {
      do {
        const page = this.#archive.cuesOf(moment, { ...query, cursor, limit: cuesPerRead })
        found.push(...page.cues)
        cursor = page.cursor
      } while (cursor !== null && !isEnough(found))
    } catch (error) {
      // Up to there it is good: only what lies beyond is missing.
      this.#tell(unreadProblem(error))
    }
    return found
  }

  #gaps(channel: string, cues: readonly Cue[]): readonly Gap[] {
    const first = cues[0]
    const last = cues.at(-1)
    if (first === undefined || last === undefined) return []
    const fromMs = Date.parse(first.start)
    const lastMs = Date.parse(last.start)
    // Only where one begins does it part what was said: mostly nowhere.
    const months = new Set([monthOf(fromMs), monthOf(lastMs)])
    const isParted = [...months].some((month) =>
      this.#reader.spans.gapStarts(channel, month).some((at) => at >= fromMs && at <= lastMs),
    )
    if (!isParted) return []
    const range = { fromMs, startFromMs: fromMs, toMs: lastMs + 1 }
    try {
      return this.#archive.spans.list<Gap>({ kind: 'gap', channel, limit: 1000, ...range })
    } catch (error) {
      this.#tell(unreadProblem(error))
      return []
    }
  }

  #count(cues: readonly Cue[]): number {
    return cues.reduce((sum, cue) => sum + this.#reader.tokensOf(cue).terms.length, 0)
  }
}

interface TimeRange {
  readonly fromMs: number
  readonly toMs: number
}

/** The whole minutes in which tokens from `begin` to `end` were said; both are own tokens of the minute's stretch. */
function rangeOfMinutes(
  { start, minute }: MinuteTable,
  place: number,
  begin: number,
  end: number,
): TimeRange {
  let from = place
  while (from > 0 && (start[from] ?? 0) > begin) from--
  let to = place
  while (to + 1 < start.length && (start[to + 1] ?? 0) <= end) to++
  return { fromMs: (minute[from] ?? 0) * minuteMs, toMs: ((minute[to] ?? 0) + 1) * minuteMs }
}

function rangeOfCues(chunk: Searchable, own: Stretch, begin: number, end: number): TimeRange {
  const { position, startMs } = chunk.cues()
  const lastAt = (token: number): number => lastAtOrBefore(own.to, token, (n) => position[n] ?? 0)
  let from = lastAt(Math.max(own.start, begin))
  // Cues without a word stand where the next one begins.
  while (from > own.from && position[from - 1] === position[from]) from--
  const to = lastAt(Math.min(own.end, end))
  return { fromMs: startMs[from] ?? 0, toMs: (startMs[to] ?? 0) + 1 }
}
