import type { ChannelTrack } from '../../../protocol/api.ts'
import type { GapReason } from '../../../protocol/events.ts'
import type { AiringNote } from './airing-notes.ts'
import type { IdSpans } from './id-spans.ts'
import type { WatchNote } from './log-holes.ts'
import type { KnownRun } from './revisions.ts'

export interface ProducerNote {
  received: number
  /** Latest time of anything the producer sent: where a skip's gap begins. */
  lastTimeMs: number | null
  /** The gap of a skip, until the next timed event says where it ends. */
  openSkip: { readonly id: string; readonly fromMs: number; readonly reason: GapReason } | null
}

export interface RunNote {
  live: boolean
  readonly languages: Map<string, string | null>
  /** Ids of the cues stored, by track. */
  readonly cues: Map<string, IdSpans>
  /** Who sent the run's last BIN, and its time: another producer may only go on from there. */
  binProducer: string | null
  binAtMs: number
  /** The merged announcement, null while the run is only known by its cues. */
  announced: KnownRun | null
  /** From its start to the latest time it spoke of; null before the first. */
  extent: { fromMs: number; toMs: number } | null
  /** What an engine has yet to write. */
  readonly changed: { announced: boolean; bin: boolean; extent: boolean }
}

/** The state of one channel's log that the rules need. */
export interface ChannelBook {
  readonly channel: string
  readonly epoch: string
  tip: number
  fence: number
  /** Made when unknown. */
  producer(id: string): ProducerNote
  /** Made when unknown. */
  run(id: string): RunNote
  /** Current airings by id; an engine may leave out those that are long over. */
  readonly airings: Map<string, AiringNote>
  /** Every track with its latest language, in order of first appearance. */
  readonly tracks: Map<string, string | null>
  readonly watch: WatchNote
}

export function createProducerNote(): ProducerNote {
  return { received: 0, lastTimeMs: null, openSkip: null }
}

export function createRunNote(): RunNote {
  return {
    live: false,
    languages: new Map(),
    cues: new Map(),
    binProducer: null,
    binAtMs: 0,
    announced: null,
    extent: null,
    changed: { announced: false, bin: false, extent: false },
  }
}

export function listTracks(tracks: ReadonlyMap<string, string | null>): ChannelTrack[] {
  return [...tracks].map(([track, language]) => ({ track, language }))
}
