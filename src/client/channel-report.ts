import type { FaultCounts } from '../captions/caption-group.ts'
import type { ClockCorrections } from './clock/stream-clock.ts'
import type { UploadStatus } from './uploader.ts'

/** How a channel is. */
export interface ChannelReport {
  readonly channel: string
  /** As it is named in runs, without a secret; null before it was opened. */
  readonly source: string | null
  /** Null before the first one began. */
  readonly run: string | null
  readonly cues: number
  readonly cuesPerMinute: number
  readonly unacked: number
  /** How long the oldest event that is not stored has waited, milliseconds. */
  readonly lagMs: number
  readonly upload: UploadStatus
  readonly faults: FaultCounts
  readonly problem: string | null
  /** Who makes captions of a transport stream, and why; null where nothing was to be chosen. */
  readonly extractor: { readonly name: string; readonly why: string } | null
  /** What was done to the times of a live input; null for a recording. */
  readonly clock: ClockCorrections | null
  /** How far the server's clock is ahead of this machine's, milliseconds; 0 when that is right. */
  readonly offsetMs: number
  /** Channels that read the same source at this moment, this one among them. */
  readonly sharing: number
}

/** How it ended. */
export type ChannelResult =
  /** `isWhole`: a recording was read to its end, and all that was read is stored. */
  | { readonly ok: true; readonly cues: number; readonly isWhole: boolean; readonly input: string }
  | { readonly ok: false; readonly kind: 'refused' | 'failed'; readonly message: string }
