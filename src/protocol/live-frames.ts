import type { Airing, Cue } from './api.ts'
import type { Draft, LiveEvent } from './live.ts'
import type { LiveState } from './live-state.ts'

/**
 * The binary frames of `ccr.live.v1` (docs/protocol.md, "Live"): records of `varint slot, op, …`, one after
 * the other. Integers are unsigned LEB128; signed ones are zigzag. Text is UTF-8.
 */
export const ops = {
  /** 0x00 … 0xbf: append that many bytes of text to the current track's draft. */
  longestAppend: 0xbf,
  /** varint keep (UTF-16 units), varint bytes, text: the draft is its first `keep` units and the text. */
  edit: 0xc0,
  /** varint id − last id, zigzag start − clock, varint bytes, text: a new draft of the same run and mode. */
  open: 0xc1,
  /** varint end − start: the draft is a cue, at the next position. */
  commit: 0xc2,
  /** varint seq − last seq, varint end − start: the draft is a cue. */
  commitAt: 0xc3,
  /** varint index: the track that the following records of this slot mean. */
  track: 0xc4,
  /** The draft is gone without a cue. */
  clear: 0xc5,
  /** varint bytes, JSON: a live event told whole. */
  whole: 0xc6,
} as const

/** What the server says in text messages, as JSON. */
export type LiveServerMessage =
  | {
      readonly type: 'snapshot'
      readonly slot: number
      readonly channel: string
      readonly complete: boolean
      readonly cues: readonly Cue[]
      readonly drafts: readonly Draft[]
      readonly airing: Airing | null
      /** The base of the differences that follow. */
      readonly state: LiveState
    }
  | {
      readonly type: 'resumed'
      readonly slot: number
      readonly channel: string
      /** Exactly what was missed, in order of storage. */
      readonly events: readonly LiveEvent[]
      readonly drafts: readonly Draft[]
      readonly state: LiveState
    }
  | { readonly type: 'unsubscribed'; readonly channel: string }
  | {
      readonly type: 'problem'
      readonly channel: string | null
      readonly code: string
      readonly title: string
      readonly detail?: string
    }
  | { readonly type: 'bye'; readonly after: number }
  | { readonly type: 'pong' }
