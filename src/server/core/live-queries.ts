import type { CueFilter } from './live-stream.ts'

/** The query language, as live subscriptions use it. */
export interface LiveQueries {
  /** The one way to write that query, so that readers who want the same share it; throws `bad-request` (CcrError). */
  canonical(query: string): string
  /** A filter of its own for a canonical query on a channel. */
  filter(query: string, channel: string): CueFilter
}
