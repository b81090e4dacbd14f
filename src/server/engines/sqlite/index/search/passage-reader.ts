import type { Cue, Gap } from '../../../../../protocol/api.ts'
import { findMatches } from '../../../../../query/match/find-matches.ts'
import { mergeRanges, type MatchedCue } from '../../../../../query/text/segment.ts'
import { tokenize } from '../../../../../query/text/tokenize.ts'
import type { Passage } from '../../../../ports/search.ts'
import { cueIdentity } from '../../../cue-order.ts'
import type { ArchiveReader } from '../../volumes/archive-reader.ts'
import type { Candidate } from './candidates.ts'
import { marginAfter, marginBefore, minuteMs } from '../format/index-schema.ts'
import type { SearchRun } from './search-run.ts'
import type { SpanBook } from './span-book.ts'
import { unreadProblem } from './unread-months.ts'

const cuesPerRead = 40
/** Words of context on either side. */
const contextTokens = 24

type Tell = (problem: string) => void

/** Reads what was said around a hit, and marks in it what the query found. */
export class PassageReader {
  readonly #archive: ArchiveReader
  readonly #spans: SpanBook

  constructor(archive: ArchiveReader, spans: SpanBook) {
    this.#archive = archive
    this.#spans = spans
  }

  /** Undefined when what the index speaks of is no longer there, or cannot be read: `tell` is then told why. */
  read(
    candidate: Candidate,
    { asked, facts: channels }: Pick<SearchRun, 'asked' | 'facts'>,
    tell: Tell,
  ): Passage | undefined {
    const { channel, run, track, minute } = candidate
    const facts = channels.get(channel)
    if (facts === undefined) return undefined
    const cues = this.#near(candidate) ?? [
      ...this.#before(candidate, tell),
      ...this.#from(candidate, tell),
    ]
    const gaps = this.#gaps(channel, cues, tell)
    const showOf = ({ airing, start }: Cue): string | null =>
      airing === null ? null : this.#spans.title(channel, airing, Date.parse(start))
    const matches = findMatches(asked, { channel: facts, showOf }, cues, gaps).filter(
      (match) => Math.floor(Date.parse(match.cues[0].cue.start) / minuteMs) === minute,
    )
    const matched = joinCues(matches.flatMap((match) => match.cues))
    const first = matched[0]?.cue
    const last = matched.at(-1)?.cue
    if (first === undefined || last === undefined) return undefined
    const from = cues.indexOf(first)
    const to = cues.indexOf(last)
    return {
      ...{ channel, run, track, mentions: matches.length, cues: matched },
      airing: first.airing === null ? null : { id: first.airing, title: showOf(first) },
      all: cues.slice(from, to + 1),
      before: context(cues.slice(0, from).reverse()).reverse(),
      after: context(cues.slice(to + 1)),
    }
  }

  /** The minute and those beside it, where enough is said in them: one look instead of two or three. */
  #near({ channel, run, track, minute }: Candidate): readonly Cue[] | undefined {
    const [before, from, end, after] = [minute - 1, minute, minute + 1, minute + 2].map((at) =>
      new Date(at * minuteMs).toISOString(),
    )
    if (before === undefined || from === undefined || end === undefined || after === undefined)
      return undefined
    let page
    try {
      page = this.#archive.cues({
        ...{ channel, run, tracks: [track], from: before, to: after, order: 'oldest' },
        ...{ cursor: null, limit: 5 * cuesPerRead },
      })
    } catch (error) {
      // Those who look piece by piece find what can be read, and tell what cannot.
      unreadProblem(error)
      return undefined
    }
    if (page?.cursor !== null) return undefined
    const { cues } = page
    const isEnough =
      countTokens(cues.filter(({ start }) => start < from)) >= marginBefore &&
      countTokens(cues.filter(({ start }) => start >= end)) >= marginAfter
    return isEnough ? cues : undefined
  }

  #before({ channel, run, track, minute }: Candidate, tell: Tell): Cue[] {
    const to = new Date(minute * minuteMs).toISOString()
    const query = { channel, run, tracks: [track], from: null, to, order: 'newest' } as const
    return this.#read(query, tell, (found) => countTokens(found) >= marginBefore).reverse()
  }

  #from({ channel, run, track, minute }: Candidate, tell: Tell): Cue[] {
    const from = new Date(minute * minuteMs).toISOString()
    const end = new Date((minute + 1) * minuteMs).toISOString()
    const query = { channel, run, tracks: [track], from, to: null, order: 'oldest' } as const
    return this.#read(
      query,
      tell,
      (found) => countTokens(found.filter(({ start }) => start >= end)) >= marginAfter,
    )
  }

  #read(
    query: Omit<Parameters<ArchiveReader['cues']>[0], 'cursor' | 'limit'>,
    tell: Tell,
    isEnough: (found: readonly Cue[]) => boolean,
  ): Cue[] {
    const found: Cue[] = []
    let cursor: string | null = null
    try {
      do {
        const page = this.#archive.cues({ ...query, cursor, limit: cuesPerRead })
        found.push(...(page?.cues ?? []))
        cursor = page?.cursor ?? null
      } while (cursor !== null && !isEnough(found))
    } catch (error) {
      // Up to there it is good: only what lies beyond is missing.
      tell(unreadProblem(error))
    }
    return found
  }

  #gaps(channel: string, cues: readonly Cue[], tell: Tell): readonly Gap[] {
    const first = cues[0]
    const last = cues.at(-1)
    if (first === undefined || last === undefined) return []
    const fromMs = Date.parse(first.start)
    // Only where one begins does it part what was said.
    const range = { fromMs, startFromMs: fromMs, toMs: Date.parse(last.start) + 1 }
    try {
      return this.#archive.spans<Gap>({ kind: 'gap', channel, limit: 1000, ...range })
    } catch (error) {
      tell(unreadProblem(error))
      return []
    }
  }
}

/** Each cue once, in order, with all that is marked in it. */
function joinCues(cues: readonly MatchedCue[]): MatchedCue[] {
  const byIdentity = Map.groupBy(cues, ({ cue }) => cueIdentity(cue))
  return [...byIdentity.values()]
    .flatMap((same) => {
      const [first] = same
      if (first === undefined) return []
      return { cue: first.cue, highlights: mergeRanges(same.flatMap((one) => one.highlights)) }
    })
    .sort((a, b) =>
      a.cue.start < b.cue.start ? -1 : a.cue.start > b.cue.start ? 1 : a.cue.id - b.cue.id,
    )
}

function context(cues: readonly Cue[]): Cue[] {
  const near: Cue[] = []
  for (let tokens = 0; near.length < cues.length && tokens < contextTokens;) {
    const cue = cues[near.length]
    if (cue === undefined) break
    near.push(cue)
    tokens += tokenize(cue.text).terms.length
  }
  return near
}

function countTokens(cues: readonly Cue[]): number {
  return cues.reduce((sum, { text }) => sum + tokenize(text).terms.length, 0)
}
