import type { Airing, Cue, Gap, Removed } from '../api.ts'
import type { Mode } from '../events.ts'
import type { Position } from '../position.ts'

/** A caption still growing on screen. It carries the identity of the cue it becomes; `text: ''` ends it. */
export interface Draft {
  readonly run: string
  readonly track: string
  readonly id: number
  readonly start: string
  readonly mode: Mode
  readonly text: string
}

/** What a subscriber gets first, and again whenever what it missed cannot be told one by one. */
export interface Snapshot {
  /** All storage up to here is included; live events continue after it. */
  readonly position: Position
  /** False when events between the asked `since` and `position` are not among `cues`. */
  readonly complete: boolean
  readonly cues: readonly Cue[]
  readonly drafts: readonly Draft[]
  readonly airing: Airing | null
}

/** One thing a reader of a channel learns; the same objects over WebSocket, SSE and `ccr watch --json`. */
export type LiveEvent =
  | ({ readonly type: 'snapshot'; readonly channel: string } & Snapshot)
  | ({ readonly type: 'draft'; readonly channel: string } & Draft)
  | ({ readonly type: 'cue'; readonly late?: true } & Cue)
  | ({ readonly type: 'airing' } & Airing)
  | ({ readonly type: 'gap' } & Gap)
  | ({ readonly type: 'removed' } & Removed)
  | { readonly type: 'bye'; readonly after: number }
