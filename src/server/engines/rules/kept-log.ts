import type { BinEvent } from '../../../protocol/events.ts'
import type { LogEntry, Reject } from '../../ports/log.ts'
import type { AiringNote } from './airing-notes.ts'
import type { ProducerNote, RunNote } from './channel-book.ts'
import { IdSpans } from './id-spans.ts'
import type { WatchNote } from './log-holes.ts'

/**
 * What passes between a log that may be lost and the archive that may not: every append as one operation, in order, with
 * what it changed in the channel's book. Plain data, so that both sides can write it as JSON.
 */

/** A run's note (channel-book.ts). */
export interface KeptRun extends Pick<
  RunNote,
  'live' | 'announced' | 'binProducer' | 'binAtMs' | 'extent'
> {
  readonly languages: readonly (readonly [track: string, language: string | null])[]
  readonly cues: readonly (readonly [
    track: string,
    spans: readonly (readonly [from: number, to: number])[],
  ])[]
}

/** What an append changed, as it is after it; what is left out is as it was. */
export interface KeptNotes {
  readonly producers: Readonly<Record<string, ProducerNote>>
  readonly runs: Readonly<Record<string, KeptRun>>
  readonly airings?: readonly AiringNote[]
  readonly tracks?: readonly (readonly [track: string, language: string | null])[]
  readonly watch?: WatchNote
}

/** One append. */
export interface Operation {
  /** Counts the appends of a channel, without a hole, for ever: also from one epoch to the next. */
  readonly version: number
  /** The position of its last entry, or of the last before it. */
  readonly tip: number
  readonly storedMs: number
  readonly producer: string
  readonly entries: readonly LogEntry[]
  readonly bins: readonly BinEvent[]
  readonly rejects: readonly Reject[]
  readonly notes: KeptNotes
}

/** A channel's whole book after an operation. */
export interface KeptBook extends Required<KeptNotes> {
  readonly epoch: string
  /** 0 before the first. */
  readonly version: number
  readonly tip: number
}

/** What the archive holds of the channels' logs. Rejects with `storage-unavailable` (CcrError) when trying again can help. */
export interface LogKeeper {
  /** The channel is made, with this epoch, when it is new. Its runs are in order of their first storage. */
  load(channel: string, newEpoch: string): Promise<KeptBook>
  /** Begins another epoch in the place of one, unless somebody did already; the epoch that holds now. */
  renew(channel: string, epoch: string, newEpoch: string): Promise<string>
  /**
   * Stores operations in one transaction; those it holds are passed over. `stale` when the epoch is another, or they do not
   * continue what it holds: nothing is stored then.
   */
  keep(channel: string, epoch: string, operations: readonly Operation[]): Promise<'kept' | 'stale'>
}

/** The side of such a log that is emptied into the archive. */
export interface LogSource {
  /** Channels that may hold operations which are not archived. */
  unarchived(): Promise<readonly string[]>
  /**
   * Whether this node may take a channel's operations for so long, ms; false while another does. Nothing depends on it but that
   * no two nodes do the same work.
   */
  claim(channel: string, ms: number): Promise<boolean>
  /** Another may take them sooner than was claimed. */
  release(channel: string): Promise<void>
  /** In order, after `afterVersion`, at most so many; `holds` = the last that the log has. */
  operations(
    channel: string,
    afterVersion: number,
    most: number,
  ): Promise<{
    readonly epoch: string
    readonly holds: number
    readonly operations: readonly Operation[]
  }>
  /**
   * The archive holds everything up to there: producers are told what is stored, original bytes up to there leave the log, and
   * entries once they are older than it keeps them.
   */
  archived(channel: string, epoch: string, version: number): Promise<void>
  /**
   * The archive called stale what `operations` gave last, or may hold something else: the log begins again from what the archive
   * holds, under another epoch, unless somebody did that already. Producers send again what is lost.
   */
  verify(channel: string): Promise<void>
}

export function keepRun(note: RunNote): KeptRun {
  const { live, announced, binProducer, binAtMs, extent } = note
  return {
    ...{ live, announced, binProducer, binAtMs, extent },
    languages: [...note.languages],
    cues: [...note.cues].map(([track, ids]) => [track, ids.spans()] as const),
  }
}

export function unkeepRun(kept: KeptRun): RunNote {
  return {
    ...kept,
    languages: new Map(kept.languages),
    cues: new Map(kept.cues.map(([track, spans]) => [track, new IdSpans(spans)])),
    extent: kept.extent === null ? null : { ...kept.extent },
    changed: { announced: false, bin: false, extent: false },
  }
}
