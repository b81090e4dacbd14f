import type { Airing, Cue } from '../api.ts'
import type { Draft, LiveEvent } from './live.ts'
import type { LiveState } from './live-state.ts'

/**
 * The binary messages of `ccr.live.v1` (docs/protocol.md, "Live"): records, one after the other. A record begins with
 * its head, which names the subscription by its slot:
 *
 * - `0x00 … 0xbf`: (bytes − 1) << 4 | slot: 1 to 12 bytes of text are appended to the current track's draft; they follow.
 * - `0xc0 … 0xfd`: 0xc0 + slot, for slots up to 61: an op and its fields follow.
 * - `0xfe`: the slot as a varint, an op and its fields follow.
 *
 * Integers are unsigned LEB128; signed ones are zigzag. Text is UTF-8.
 */
export const heads = {
  /** The most bytes of text that fit a head. */
  longestShort: 12,
  /** The slots that a head of one byte can append to: 0 to 15. */
  shortSlots: 16,
  general: 0xc0,
  generalSlots: 62,
  anySlot: 0xfe,
} as const

export const ops = {
  /** 0x00 … 0xbf: append that many bytes of text to the current track's draft. */
  longestAppend: 0xbf,
  /** varint keep (UTF-16 units), varint bytes, text: the draft is its first `keep` units and the text. */
  edit: 0xc0,
  /** zigzag start − clock, varint bytes, text: a new draft of the same run and mode; its id is the last one's + 1. */
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
  /** varint id − last id, then as `open`. */
  openAt: 0xc7,
  /** varint seq − last seq: what was stored up to there is not for this subscription. */
  pass: 0xc8,
} as const

/** What one tick added to a channel, for slot 0, and where its records begin. */
export interface Records {
  readonly bytes: Uint8Array
  readonly starts: readonly number[]
}

/** The records as a reader who knows the channel by that slot gets them. */
export function addressRecords({ bytes, starts }: Records, slot: number): Uint8Array {
  if (slot === 0) return bytes
  if (slot < heads.shortSlots) {
    const own = bytes.slice()
    for (const at of starts) {
      const head = own[at] ?? 0
      own[at] = head < heads.general ? head | slot : head + slot
    }
    return own
  }
  const head: number[] = []
  if (slot < heads.generalSlots) head.push(heads.general + slot)
  else {
    head.push(heads.anySlot)
    let rest = slot
    for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) head.push((rest % 0x80) + 0x80)
    head.push(rest)
  }
  const own: number[] = []
  for (const [i, at] of starts.entries()) {
    const first = bytes[at] ?? 0
    own.push(...head)
    if (first < heads.general) own.push((first >> 4) + 1)
    for (const byte of bytes.subarray(at + 1, starts[i + 1] ?? bytes.length)) own.push(byte)
  }
  return Uint8Array.from(own)
}

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
