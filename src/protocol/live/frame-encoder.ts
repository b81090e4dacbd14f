import { encodeCaption } from '../caption-code.ts'
import type { LiveEvent } from './live.ts'
import { heads, ops, type Records } from './live-frames.ts'
import { applyWhole, findTrack, type LiveState, type TrackState } from './live-state.ts'

/** Writes events of one channel as differences to what its readers hold. */
export class FrameEncoder {
  readonly #state: LiveState
  readonly #utf8 = new TextEncoder()
  #bytes = new Uint8Array(256)
  #length = 0
  #starts: number[] = []

  /** `state` is what the readers hold; it is kept up to date. */
  constructor(state: LiveState) {
    this.#state = state
  }

  get state(): LiveState {
    return this.#state
  }

  /** The records of these events; the caller may keep them. */
  encode(events: readonly LiveEvent[]): Records {
    for (const event of events) {
      if (event.type === 'draft') this.#draft(event)
      else if (event.type === 'cue') this.#cue(event)
      else this.#whole(event)
    }
    return this.#take()
  }

  /** Readers learn that everything up to `seq` is either told or not for them. */
  passTo(seq: number): Records {
    const { position } = this.#state
    if (seq > position.seq) {
      this.#op(ops.pass)
      this.#varint(seq - position.seq)
      this.#state.position = { epoch: position.epoch, seq }
    }
    return this.#take()
  }

  #take(): Records {
    const records = { bytes: this.#bytes.slice(0, this.#length), starts: this.#starts }
    this.#length = 0
    this.#starts = []
    return records
  }

  #draft(event: Extract<LiveEvent, { type: 'draft' }>): void {
    const at = findTrack(this.#state, event.track)
    const known = this.#state.tracks[at]
    if (event.text === '') {
      // The end of a draft that is not held is the end of nothing.
      if (known?.draft == null || known.run !== event.run || known.id !== event.id) return
      this.#select(at)
      this.#op(ops.clear)
      known.draft = null
      return
    }
    if (known?.run !== event.run || known.mode !== event.mode) {
      this.#whole(event)
      return
    }
    const startMs = Date.parse(event.start)
    if (known.draft !== null && known.id === event.id && known.draft.startMs === startMs) {
      this.#text(at, known, event.text)
    } else if (event.id >= known.id) {
      this.#select(at)
      if (event.id === known.id + 1) this.#op(ops.open)
      else {
        this.#op(ops.openAt)
        this.#varint(event.id - known.id)
      }
      this.#zigzag(startMs - this.#state.clockMs)
      this.#bytesOf(encodeCaption(event.text))
      known.id = event.id
      known.draft = { startMs, text: event.text }
      this.#state.clockMs = startMs
    } else {
      this.#whole(event)
    }
  }

  /** What readers can build themselves is a commit; everything else is told whole. */
  #cue(event: Extract<LiveEvent, { type: 'cue' }>): void {
    const at = findTrack(this.#state, event.track)
    const known = this.#state.tracks[at]
    const { position } = this.#state
    const startMs = Date.parse(event.start)
    const isHeld =
      known?.draft?.startMs === startMs &&
      known.run === event.run &&
      known.id === event.id &&
      known.mode === event.mode &&
      known.language === event.language &&
      this.#state.airing === event.airing &&
      position.epoch === event.position.epoch &&
      position.seq < event.position.seq &&
      event.late !== true
    const endMs = Date.parse(event.end)
    if (known === undefined || !isHeld || endMs < startMs) {
      this.#whole(event)
      return
    }
    this.#text(at, known, event.text)
    this.#select(at)
    const seqs = event.position.seq - position.seq
    this.#op(seqs === 1 ? ops.commit : ops.commitAt)
    if (seqs !== 1) this.#varint(seqs)
    this.#varint(endMs - startMs)
    known.draft = null
    this.#state.position = event.position
    this.#state.clockMs = endMs
  }

  /** Brings the draft of a track to a text. */
  #text(at: number, known: TrackState, text: string): void {
    const { draft } = known
    if (draft === null || draft.text === text) return
    const keep = commonStart(draft.text, text)
    const added = encodeCaption(text.slice(keep))
    this.#select(at)
    const isAppended = keep === draft.text.length
    if (isAppended && added.length <= heads.longestShort) {
      this.#head((added.length - 1) << 4)
    } else if (isAppended && added.length <= ops.longestAppend) {
      this.#op(added.length)
    } else {
      this.#op(ops.edit)
      this.#varint(keep)
      this.#varint(added.length)
    }
    this.#append(added)
    draft.text = text
  }

  #whole(event: LiveEvent): void {
    this.#op(ops.whole)
    this.#bytesOf(this.#utf8.encode(JSON.stringify(event)))
    applyWhole(this.#state, event)
  }

  #select(at: number): void {
    if (this.#state.current === at) return
    this.#op(ops.track)
    this.#varint(at)
    this.#state.current = at
  }

  #head(head: number): void {
    this.#starts.push(this.#length)
    this.#reserve(1)
    this.#bytes[this.#length++] = head
  }

  #op(op: number): void {
    this.#head(heads.general)
    this.#reserve(1)
    this.#bytes[this.#length++] = op
  }

  #varint(value: number): void {
    this.#reserve(9)
    let rest = value
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest % 0x80) + 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.#bytes[this.#length++] = rest
  }

  #zigzag(value: number): void {
    this.#varint(value < 0 ? -value * 2 - 1 : value * 2)
  }

  #bytesOf(bytes: Uint8Array): void {
    this.#varint(bytes.length)
    this.#append(bytes)
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
  }
}

/** UTF-16 units that both texts begin with, never half a pair. */
function commonStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length)
  let n = 0
  while (n < most && a.charCodeAt(n) === b.charCodeAt(n)) n++
  const last = a.charCodeAt(n - 1)
  return n > 0 && last >= 0xd800 && last <= 0xdbff ? n - 1 : n
}
