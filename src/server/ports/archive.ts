import type { Airing, ChannelTrack, Cue, Gap } from '../../protocol/api.ts'
import type { Position } from '../../protocol/position.ts'

export interface Range {
  /** Inclusive, RFC 3339 UTC with milliseconds; null = since ever. */
  readonly from: string | null
  /** Exclusive; null = without end. */
  readonly to: string | null
}

/** Spans that share a moment with a range. */
export interface SpanRange extends Range {
  /** Only those that began then or later, so that nothing older is looked into. */
  readonly startFrom?: string
}

/** Order of time is by `start`, then track, run, id. */
export interface CueQuery extends Range {
  readonly channel: string
  /** null = all. */
  readonly tracks: readonly string[] | null
  readonly order: 'newest' | 'oldest'
  /** The last cue of the page before; opaque to callers, made by the archive. */
  readonly cursor: string | null
  readonly limit: number
  /** A certain decode; null = the highest revision. */
  readonly run: string | null
}

export interface CuePage {
  readonly cues: readonly Cue[]
  readonly cursor: string | null
  /** All storage up to here is included. */
  readonly position: Position
}

export interface BinChunk {
  readonly run: string
  readonly format: 'rcwt' | 'ttxt' | 'vtt'
  /** Wall clock of its first group, RFC 3339. */
  readonly at: string
  readonly data: Uint8Array
}

/**
 * Everything that was ever stored, by time: the union of the volumes and of the log that is not yet
 * filed into them, so that what was acknowledged is found at once.
 *
 * Reads never block the writer and see one moment: a page holds all storage up to its `position`.
 *
 * What cannot be read is never left out in silence: a page ends before it, and the next one rejects with
 * `storage-damaged` (CcrError), or with `storage-unavailable` when trying again can help.
 */
export interface Archive extends AsyncDisposable {
  /** `bad-request` (CcrError) when the cursor is not one of this archive's. */
  cues(query: CueQuery): Promise<CuePage>
  /**
   * Airings and gaps that share a moment with the range, newest start first; `null` ends reach into
   * the future. A withdrawn gap (`to` = `from`) is not listed.
   */
  airings(channel: string, range: SpanRange, limit: number): Promise<readonly Airing[]>
  gaps(channel: string, range: SpanRange, limit: number): Promise<readonly Gap[]>
  /** Tracks the channel's runs have announced or used, in order of first appearance. */
  tracks(channel: string): Promise<readonly ChannelTrack[]>
  /**
   * Original bytes, in the chunks they were fed in, whose `at` lies in the range: by hour of `at`, and
   * within an hour in order of arrival. A chunk may begin in the range and reach beyond it.
   */
  bin(channel: string, range: Range, signal: AbortSignal): AsyncIterable<BinChunk>
}
