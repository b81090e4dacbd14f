import type { CaptionGroup } from '../captions/caption-group.ts'
import { padding, type Pair } from '../captions/cea608/encoder.ts'

/** 29.97 frames a second carry one pair a field. */
export const frameMs = 1001 / 30

/** Both fields of one frame. */
export interface Frame {
  readonly number: number
  readonly field1: Pair
  readonly field2: Pair
}

/** Pairs of one field in order; they go out from a moment on, one a frame, as soon as those before have. */
export class Field {
  readonly #queue: { readonly fromFrame: number; readonly pairs: readonly Pair[] }[] = []
  #at = 0
  #queued = 0

  /** Pairs not sent yet. */
  get length(): number {
    return this.#queued
  }

  /** Frames after `fromMs` in which these pairs are all sent, if nothing is before them. */
  send(fromMs: number, pairs: readonly Pair[]): void {
    if (pairs.length === 0) return
    this.#queue.push({ fromFrame: Math.ceil(fromMs / frameMs), pairs })
    this.#queued += pairs.length
  }

  /** Whether nothing is to be said in this frame, so that an XDS packet may begin. */
  isIdle(frame: number): boolean {
    const next = this.#queue[0]
    return next === undefined || next.fromFrame > frame
  }

  take(frame: number): Pair {
    const next = this.#queue[0]
    if (next === undefined || next.fromFrame > frame) return padding
    const pair = next.pairs[this.#at++] ?? padding
    this.#queued--
    if (this.#at === next.pairs.length) {
      this.#queue.shift()
      this.#at = 0
    }
    return pair
  }
}

/** Bytes of `cc_data` flags: valid, field 1 and field 2. */
const field1Flags = 0xfc
const field2Flags = 0xfd

/** The frame as a caption group; undefined when it says nothing, as RCWT leaves padding out. */
export function groupOf(frame: Frame): CaptionGroup | undefined {
  const triplets = tripletsOf(frame).filter((_, i, all) => {
    const block = i - (i % 3)
    return !(all[block + 1] === 0x80 && all[block + 2] === 0x80)
  })
  if (triplets.length === 0) return undefined
  return { fts: Math.round(frame.number * frameMs), triplets }
}

/** Both fields' blocks, padding included, as a transport stream carries them. */
export function tripletsOf({ field1, field2 }: Frame): Uint8Array {
  return Uint8Array.of(
    ...[field1Flags, field1 >> 8, field1 & 0xff],
    ...[field2Flags, field2 >> 8, field2 & 0xff],
  )
}
