import type { FaultCounts } from '../../caption-group.ts'

/** A cue as a file tells it: what the file's format does not say is left out. */
export interface FileCue {
  /** Milliseconds since the file's 00:00:00; of a file whose times are instants, since 1970. */
  readonly startMs: number
  readonly endMs: number
  /** Rows parted by \n, without markup. */
  readonly text: string
  readonly track?: string
  /** BCP 47. */
  readonly language?: string
}

export interface FileCues {
  /** In the file's own order. */
  readonly cues: readonly FileCue[]
  /** Times are instants, and not of a clock that begins with the file. */
  readonly isInstants: boolean
  /** What was passed over, by kind. */
  readonly faults: FaultCounts
}
