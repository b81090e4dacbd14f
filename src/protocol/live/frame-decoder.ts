import type { Cue } from '../api.ts'
import { decodeCaption } from '../caption-code.ts'
import type { Draft, LiveEvent } from './live.ts'
import { heads, ops } from './live-frames.ts'
import { applyWhole, draftOf, type LiveState, type TrackState } from './live-state.ts'

/** A reader's side of a subscription. */
export interface FrameReader {
  readonly channel: string
  readonly state: LiveState
}

/** A frame that does not follow what the reader holds: it must subscribe again. */
export class FrameError extends Error {
  override name = 'FrameError'
}

/**
 * Reads a message: `readerOf` gives the subscription of a slot; one that was ended on this side meanwhile is still
 * to be read. Throws FrameError on anything it does not understand.
 */
export function decodeFrame(
  bytes: Uint8Array,
  readerOf: (slot: number) => FrameReader | undefined,
  emit: (event: LiveEvent) => void,
): void {
  const cursor = new Cursor(bytes)
  while (!cursor.done) {
    const head = cursor.byte()
    const isShort = head < heads.general
    const slot = isShort
      ? head & (heads.shortSlots - 1)
      : head === heads.anySlot
        ? cursor.varint()
        : head - heads.general
    if (head > heads.anySlot) throw new FrameError(`head ${head} is not known`)
    const op = isShort ? (head >> 4) + 1 : cursor.byte()
    const reader = readerOf(slot)
    if (reader === undefined) throw new FrameError(`slot ${slot} is not subscribed to`)
    decodeRecord(cursor, op, reader, emit)
  }
}

function decodeRecord(
  cursor: Cursor,
  op: number,
  { channel, state }: FrameReader,
  emit: (event: LiveEvent) => void,
): void {
  if (op === ops.whole) {
    const event = JSON.parse(cursor.utf8(cursor.varint())) as LiveEvent
    applyWhole(state, event)
    emit(event)
    return
  }
  if (op === ops.track) {
    state.current = cursor.varint()
    return
  }
  if (op === ops.pass) {
    const { epoch, seq } = state.position
    state.position = { epoch, seq: seq + cursor.varint() }
    return
  }
  const known = state.tracks[state.current]
  if (known === undefined) throw new FrameError('a record before any track')
  const told = (): void => emit({ type: 'draft', channel, ...draftOf(known) })
  if (op <= ops.longestAppend) {
    held(known).text += cursor.text(op)
    told()
  } else if (op === ops.edit) {
    const keep = cursor.varint()
    const draft = held(known)
    draft.text = draft.text.slice(0, keep) + cursor.text(cursor.varint())
    told()
  } else if (op === ops.open || op === ops.openAt) {
    known.id += op === ops.open ? 1 : cursor.varint()
    const startMs = state.clockMs + cursor.zigzag()
    known.draft = { startMs, text: cursor.text(cursor.varint()) }
    state.clockMs = startMs
    told()
  } else if (op === ops.clear) {
    const gone: Draft = { ...draftOf(known), text: '' }
    known.draft = null
    emit({ type: 'draft', channel, ...gone })
  } else if (op === ops.commit || op === ops.commitAt) {
    emit({ type: 'cue', ...commit(cursor, op, channel, state, known) })
  } else {
    throw new FrameError(`op ${op} is not known`)
  }
}

function commit(
  cursor: Cursor,
  op: number,
  channel: string,
  state: LiveState,
  known: TrackState,
): Cue {
  const seqs = op === ops.commit ? 1 : cursor.varint()
  const { startMs, text } = held(known)
  const endMs = startMs + cursor.varint()
  state.position = { epoch: state.position.epoch, seq: state.position.seq + seqs }
  state.clockMs = endMs
  const { run, track, id, mode, language } = known
  const start = new Date(startMs).toISOString()
  known.draft = null
  return {
    ...{ channel, track, id, start, end: new Date(endMs).toISOString(), text },
    ...{ mode, language, run, position: state.position, airing: state.airing },
  }
}

function held(known: TrackState): { readonly startMs: number; text: string } {
  if (known.draft === null) throw new FrameError('a difference to a draft that is not held')
  return known.draft
}

class Cursor {
  readonly #bytes: Uint8Array
  readonly #utf8 = new TextDecoder()
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length
  }

  byte(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw new FrameError('the frame is cut short')
    return byte
  }

  varint(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.byte()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 0x80
      if (scale > Number.MAX_SAFE_INTEGER) throw new FrameError('a number is too long')
    }
  }

  zigzag(): number {
    const value = this.varint()
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2
  }

  text(length: number): string {
    const from = this.#skip(length)
    const text = decodeCaption(this.#bytes, from, this.#at)
    if (text === undefined) throw new FrameError('the text is not in the code of captions')
    return text
  }

  utf8(length: number): string {
    const from = this.#skip(length)
    return this.#utf8.decode(this.#bytes.subarray(from, this.#at))
  }

  /** Returns where it was. */
  #skip(length: number): number {
    const from = this.#at
    if (from + length > this.#bytes.length) throw new FrameError('the frame is cut short')
    this.#at += length
    return from
  }
}
