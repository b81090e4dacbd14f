import type { Cue } from '../../protocol/api.ts'
import type { ChannelFacts } from '../../query/match/filter-test.ts'
import type { MatchedCue } from '../../query/text/segment.ts'
import type { Query } from '../../query/language/query.ts'
import type { Range } from './archive.ts'

/** A channel that may be searched, and which time of it. */
export interface SearchChannel extends ChannelFacts, Range {}

export interface SearchScope extends Range {
  readonly query: Query
  readonly channels: readonly SearchChannel[]
  /** null = all. */
  readonly tracks: readonly string[] | null
  /** How long to look at most, milliseconds; what was found by then is the answer. */
  readonly timeLimitMs: number
}

/** Where a page begins: a place between passages, opaque to callers. */
export interface SearchPageRequest extends SearchScope {
  readonly order: 'newest' | 'oldest' | 'relevance'
  readonly cursor: string | null
  readonly limit: number
}

/**
 * What was said on one track within one minute of the clock that a query finds: its matches whose first
 * token lies in that minute. Minutes are what hits are counted and paged in, whoever asks.
 */
export interface Passage {
  readonly channel: string
  readonly run: string
  readonly track: string
  readonly airing: { readonly id: string; readonly title: string | null } | null
  readonly mentions: number
  /** The cues that take part, in order, with what to mark in each. Not empty. */
  readonly cues: readonly MatchedCue[]
  /** Cues between them that hold no match. */
  readonly all: readonly Cue[]
  readonly before: readonly Cue[]
  readonly after: readonly Cue[]
}

export interface SearchPage {
  readonly passages: readonly Passage[]
  /** After the last, and before the first; null when nothing follows in that direction. */
  readonly next: string | null
  readonly previous: string | null
  /** False when time ran out, or a part of the archive could not be searched. */
  readonly complete: boolean
  /** What could not be searched, one sentence each. */
  readonly problems: readonly string[]
}

export interface TimelineRequest extends SearchScope {
  /** Ascending starts of buckets, milliseconds since 1970; the last is the end of the last bucket. */
  readonly edges: readonly number[]
  /** Whether cells are told apart by programme too, which costs a look at cues. */
  readonly byAiring: boolean
}

/** Counts of one channel, track and perhaps programme in one bucket. */
export interface TimelineCell {
  readonly channel: string
  readonly track: string
  /** null when not asked for, and when none is known. */
  readonly airing: { readonly id: string; readonly title: string | null } | null
  /** Place of the bucket. */
  readonly bucket: number
  /** Matches. */
  readonly mentions: number
  /** Minutes of a track with a match. */
  readonly minutes: number
}

export interface Timeline {
  readonly cells: readonly TimelineCell[]
  readonly complete: boolean
  readonly problems: readonly string[]
}

/**
 * Finds what a query is true of in everything stored: exactly the matches that `findMatches` gives on
 * the cues of each run and track, revisions that were replaced left out.
 *
 * - What the archive holds is found; in one that is filed out of a log, what is in the log too, before and after it is
 *   filed and indexed.
 * - A search never waits for storage, and storage never for a search.
 */
export interface Search extends AsyncDisposable {
  /** `bad-request` (CcrError) when the cursor is not one of this engine's. */
  page(request: SearchPageRequest): Promise<SearchPage>
  timeline(request: TimelineRequest): Promise<Timeline>
}
