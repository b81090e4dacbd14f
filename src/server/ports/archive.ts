import type { FileFacts, FileState } from '../../captions/files/caption-file.ts'
import type { Airing, ChannelTrack, Cue, Gap, Programme } from '../../protocol/api.ts'
import type { RunEvent } from '../../protocol/events.ts'
import type { Position } from '../../protocol/position.ts'
import type { TimeSpan } from '../../protocol/time/time-spans.ts'

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

/** A range as a file of captions, in one of the formats of src/captions/files. */
export interface FileRequest {
  readonly channel: string
  readonly range: Range
  /** null = all. */
  readonly tracks: readonly string[] | null
  /** Only these cues, `run/track/id`; null = all of the range, with airings and gaps. */
  readonly cues: readonly string[] | null
  readonly facts: FileFacts
}

export interface FilePage {
  /** Null when only the length was asked for. */
  readonly bytes: Uint8Array | null
  /** Bytes of this page. */
  readonly length: number
  /** Of the file up to here. */
  readonly counts: { readonly cues: number; readonly late: number; readonly replaced: number }
  /** The same for the same bytes before it and in it. */
  readonly digest: string
  /** Where the next page begins: opaque, plain data; null at the end. */
  readonly next: FilePlace | null
}

export interface FilePlace {
  readonly cursor: string
  /** Airings and gaps that begin before this are told. */
  readonly told: string
  readonly digest: string
  readonly state: FileState
}

/** Programmes by words of their titles. */
export interface ProgrammeWish {
  /** Terms of our tokenizer; each must begin a word of the title. */
  readonly terms: readonly string[]
  /** Airings told of each programme. */
  readonly newest: number
}

export interface BinChunk {
  readonly run: string
  readonly format: 'rcwt' | 'ttxt' | 'vtt'
  /** Wall clock of its first group, RFC 3339. */
  readonly at: string
  readonly data: Uint8Array
}

/** How much was said; of each run the highest revision counts. */
export interface Tally {
  readonly cues: number
  readonly words: number
}

/** One extraction session as it was announced. */
export interface ArchivedRun {
  readonly announced: RunEvent
  /** Its producer said that nothing more comes of it. */
  readonly ended: boolean
  /** Wall clock of its last original bytes; null when there are none. */
  readonly binUntil: string | null
}

/** Original bytes that the archive knows of and cannot read. */
export interface BinLoss {
  readonly run: string
  /** Wall clock of the first and the last chunk that are missing. */
  readonly from: string
  readonly to: string
  readonly reason: string
}

export interface BinWish {
  /** Only this run's; default all. */
  readonly run?: string | undefined
  /** Told of what cannot be read; what it throws ends the reading. */
  readonly onLoss?: ((loss: BinLoss) => void) | undefined
}

/**
 * Everything that was ever stored, by time: the union of the volumes and of the log that is not yet
 * filed into them, so that what was acknowledged is found at once.
 *
 * Reads never block the writer and see one moment: a page holds all storage up to its `position`.
 *
 * What cannot be read is never left out in silence: a page ends before it, and the next one rejects with
 * `storage-damaged` (CcrError), or with `storage-unavailable` when trying again can help. Only airings and gaps that
 * reach out of such a month into a later one are missing there.
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
  /**
   * What was broadcast in the range, airings of one title together, the newest first: of a channel with very many
   * airings, the newest `mostAirings` (engines/rules/programmes.ts) are looked at.
   */
  programmes(channel: string, range: Range, wish: ProgrammeWish): Promise<readonly Programme[]>
  /** One airing as it was last told. */
  airing(channel: string, id: string): Promise<Airing | null>
  /**
   * The page of a file that begins at a place; null = at its beginning. A page is some hundred milliseconds of work at
   * most, and is made where storage works: whoever serves live readers only passes its bytes on.
   */
  file(request: FileRequest, place: FilePlace | null, want: 'bytes' | 'length'): Promise<FilePage>
  /**
   * When the channel was monitored, as separate spans in order of time, cut to the range: the time from each run's
   * start to the latest time it spoke of, without the gaps. What the present run has yet to speak of is not in it.
   */
  coverage(channel: string, range: Range): Promise<readonly TimeSpan[]>
  /** Minutes of `coverage` of all the channels together, by bucket: `edges`, in ms, are their starts and the end of the last. */
  monitored(
    channels: readonly string[],
    range: Range,
    edges: readonly number[],
  ): Promise<readonly number[]>
  /** Of the cues that start in the range; `tracks` null = all. */
  tally(channel: string, range: Range, tracks: readonly string[] | null): Promise<Tally>
  /** Tracks the channel's runs have announced or used, in order of first appearance. */
  tracks(channel: string): Promise<readonly ChannelTrack[]>
  /** Announced runs after one, in order of their first storage; `after` null = from the first. */
  runs(channel: string, after: string | null, limit: number): Promise<readonly ArchivedRun[]>
  /**
   * Original bytes, in the chunks they were fed in, whose `at` lies in the range: by hour of `at`, and
   * within an hour in order of arrival. A chunk may begin in the range and reach beyond it. Bytes that are
   * known and cannot be read are passed over, and told in the log and in the engine's health.
   */
  bin(channel: string, range: Range, signal: AbortSignal, wish?: BinWish): AsyncIterable<BinChunk>
  /**
   * Removes for good, from the log too: cues that started before a time, airings and gaps that were over by then, and
   * original bytes of hours that were. `tell` is called first, once, when there is anything to remove; in the log an entry
   * keeps its place, as news that it was removed. `busy`: nothing was told or removed, as the storage is being copied.
   */
  forget(
    channel: string,
    before: string,
    tell: () => Promise<void>,
  ): Promise<'forgotten' | 'nothing' | 'busy'>
}
