import type { Mode } from '../../protocol/events.ts'
import type { CaptionEvent, CueOutput } from '../caption-event.ts'

/**
 * Rows that come back within this time of an erase are the encoder sending again what it has just erased (to
 * move the window, to change its height); people do not say the same row again that fast after a cleared screen.
 */
const resendWindowMs = 1000

/** Where the events of all tracks of a decoder go, in order. */
export interface EventSink {
  push(event: CaptionEvent): void
}

interface Resend {
  /** Rows that were on screen when it was erased, oldest first; the pending one last. */
  expected: string[]
  /** The row that the erase finished, held back until it is known whether it is being sent again. */
  pending: CueOutput | null
  untilMs: number
}

/**
 * Makes drafts and cues of one track out of "the open caption now reads so" and "it is finished".
 *
 * Every cue is preceded by a draft of the same id and text; a draft that is erased unshown ends with '' and its
 * id is used again.
 */
export class CueTrack {
  readonly #track: string
  readonly #sink: EventSink
  #id = 1
  #text = ''
  /** The text of the last draft: differs from `#text` while a row may turn out to be sent again. */
  #shown = ''
  #startMs = 0
  #mode: Mode = 'pop-on'
  #resend: Resend | null = null

  constructor(track: string, sink: EventSink) {
    this.#track = track
    this.#sink = sink
  }

  get text(): string {
    return this.#text
  }

  /** The open caption reads `text` now; '' when nothing of it is left. */
  update(text: string, atMs: number, mode: Mode): void {
    if (text === this.#text) return
    if (this.#text === '') {
      this.tick(atMs)
      this.#startMs = atMs
      this.#mode = mode
    }
    this.#text = text
    if (this.#resend !== null && text !== '') this.#compare(text)
    if (this.#resend === null || text === '') this.#draft()
  }

  /** The open caption is complete: nothing will be added to it. */
  finish(atMs: number): void {
    if (this.#text === '') return
    if (this.#resend !== null && this.#swallow(atMs)) return
    this.#release()
    this.#draft()
    this.#sink.push(this.#cue(atMs))
    this.#id++
    this.#text = ''
    this.#shown = ''
  }

  /**
   * The screen was erased in roll-up. `rowsShown` are the rows that were on it, oldest first; the open one, if
   * any, is the last of them.
   */
  finishErased(atMs: number, rowsShown: string[]): void {
    if (this.#text === '' || this.#resend !== null) {
      this.finish(atMs)
      this.#release()
      if (rowsShown.length > 0) {
        this.#resend = { expected: rowsShown, pending: null, untilMs: atMs + resendWindowMs }
      }
      return
    }
    this.#draft()
    const pending = this.#cue(atMs)
    this.#resend = { expected: rowsShown, pending, untilMs: atMs + resendWindowMs }
    this.#id++
    this.#text = ''
    this.#shown = ''
  }

  /** Time has passed: what waited for a repeat goes out. */
  tick(atMs: number): void {
    if (this.#resend !== null && this.#text === '' && atMs > this.#resend.untilMs) this.#release()
  }

  end(atMs: number): void {
    this.finish(atMs)
    this.#release()
  }

  #cue(endMs: number): CueOutput {
    return {
      type: 'cue',
      track: this.#track,
      id: this.#id,
      startMs: this.#startMs,
      endMs: Math.max(endMs, this.#startMs),
      mode: this.#mode,
      text: this.#text,
    }
  }

  #draft(): void {
    if (this.#text === this.#shown) return
    this.#shown = this.#text
    this.#sink.push({
      type: 'draft',
      track: this.#track,
      id: this.#id,
      startMs: this.#startMs,
      mode: this.#mode,
      text: this.#text,
    })
  }

  /** Is the row that grows now one of the erased ones? Silent while it may be. */
  #compare(text: string): void {
    const resend = this.#resend
    if (resend === null || resend.expected.some((row) => row.startsWith(text))) return
    const { pending } = resend
    if (pending !== null && isUnfinished(pending.text) && text.startsWith(pending.text)) {
      this.#id = pending.id
      this.#startMs = pending.startMs
      this.#shown = pending.text
      this.#resend = null
      return
    }
    this.#release()
  }

  /** True when the row just finished was on screen before the erase and is thus told already. */
  #swallow(atMs: number): boolean {
    const resend = this.#resend
    const at = resend?.expected.indexOf(this.#text) ?? -1
    if (resend === null || at < 0) return false
    this.#text = ''
    resend.expected.splice(0, at + 1)
    resend.untilMs = atMs + resendWindowMs
    if (resend.expected.length > 0) return true
    if (resend.pending !== null) resend.pending = { ...resend.pending, endMs: atMs }
    this.#release()
    return true
  }

  #release(): void {
    const pending = this.#resend?.pending ?? null
    this.#resend = null
    if (pending !== null) this.#sink.push(pending)
  }
}

/** A row that ends a sentence is complete; one that begins with it says something more. */
function isUnfinished(text: string): boolean {
  return !/[.?!]["'”’]?$/.test(text)
}
