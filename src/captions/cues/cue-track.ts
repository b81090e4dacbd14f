import type { Mode } from '../../protocol/events.ts'
import type { CueOutput, DraftOutput } from '../caption-event.ts'

/**
 * Rows that come back within this time of an erase, in another window, are the encoder sending again what it has
 * just erased to move the window or to change its height.
 */
const resendWindowMs = 1000

/** Where drafts and cues go, in order. */
export interface EventSink {
  push(event: DraftOutput | CueOutput): void
}

interface Resend {
  /** Rows that were on screen when it was erased, oldest first. All of them are told. */
  readonly expected: string[]
  /** The row that the erase cut short, if it did. */
  readonly cutShort: string | null
  untilMs: number
  /** Rows that came again so far; told after all when the rest does not follow. */
  readonly again: Row[]
}

/** One finished caption. */
interface Row {
  readonly text: string
  readonly startMs: number
  readonly endMs: number
  readonly mode: Mode
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
  /** So much of `#text` was told before an erase and is sent again. */
  #toldUnits = 0
  /** The text of the last draft. */
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
      this.pass(atMs)
      this.#toldUnits = 0
      this.#startMs = atMs
      this.#mode = mode
    }
    this.#text = text
    if (this.#resend !== null && this.#mayBeResent(text)) return
    this.#draft()
  }

  /** The open caption is complete: nothing will be added to it. */
  finish(atMs: number): void {
    if (this.#text === '') return
    if (!this.#swallow(atMs)) {
      this.#draft()
      const text = this.#untold
      if (text !== '') this.#cue({ ...this.#row(atMs), text })
    }
    this.#text = ''
    this.#shown = ''
  }

  /**
   * The screen was erased in roll-up. `rowsShown` are the rows that were on it, oldest first; the open one, if
   * any, is the last of them.
   */
  finishErased(atMs: number, rowsShown: string[]): void {
    const cutShort = this.#text === '' ? null : (rowsShown.at(-1) ?? null)
    this.finish(atMs)
    this.#tellAgain()
    if (rowsShown.length === 0) return
    const untilMs = atMs + resendWindowMs
    this.#resend = { expected: rowsShown, cutShort, untilMs, again: [] }
  }

  /** What comes is new, whatever was erased before. */
  expectNew(): void {
    if (this.#text === '') this.#tellAgain()
  }

  /** Nothing was written until now. */
  pass(atMs: number): void {
    if (this.#resend !== null && this.#text === '' && atMs > this.#resend.untilMs) this.#tellAgain()
  }

  /** Nothing follows. */
  end(atMs: number): void {
    this.finish(atMs)
    this.#tellAgain()
  }

  get #untold(): string {
    return this.#toldUnits === 0 ? this.#text : this.#text.slice(this.#toldUnits).trim()
  }

  #row(endMs: number): Row {
    const { text, startMs, mode } = { text: this.#text, startMs: this.#startMs, mode: this.#mode }
    return { text, startMs, endMs: Math.max(endMs, startMs), mode }
  }

  #cue({ text, startMs, endMs, mode }: Row): void {
    const [track, id] = [this.#track, this.#id++]
    this.#sink.push({ type: 'cue', track, id, startMs, endMs, mode, text })
  }

  /** It was no resend: the rows that came again were said again. */
  #tellAgain(): void {
    const again = this.#resend?.again ?? []
    this.#resend = null
    for (const row of again) {
      const { text, startMs, mode } = row
      this.#sink.push({ type: 'draft', track: this.#track, id: this.#id, startMs, mode, text })
      this.#cue(row)
    }
  }

  #draft(): void {
    const text = this.#untold
    if (text === this.#shown) return
    this.#shown = text
    this.#sink.push({
      type: 'draft',
      track: this.#track,
      id: this.#id,
      startMs: this.#startMs,
      mode: this.#mode,
      text,
    })
  }

  /** Silent while the row that grows may be one of those erased; what goes on from one cut short is new. */
  #mayBeResent(text: string): boolean {
    const resend = this.#resend
    if (resend === null || text === '') return false
    if (resend.expected.some((row) => row.startsWith(text))) return true
    const { cutShort } = resend
    if (cutShort !== null && !endsSentence(cutShort) && text.startsWith(`${cutShort} `)) {
      this.#toldUnits = cutShort.length
      this.#resend = null
    } else this.#tellAgain()
    return false
  }

  /** True when the row just finished was on screen before the erase and may thus be told already. */
  #swallow(atMs: number): boolean {
    const resend = this.#resend
    if (resend === null) return false
    const at = resend.expected.indexOf(this.#text)
    // A resend begins with any row, and then leaves none out.
    if (at < 0 || (at > 0 && resend.again.length > 0)) {
      this.#tellAgain()
      return false
    }
    resend.again.push(this.#row(atMs))
    resend.expected.splice(0, at + 1)
    resend.untilMs = atMs + resendWindowMs
    if (resend.expected.length === 0) this.#resend = null
    return true
  }
}

/** A row that ends a sentence is complete; one that begins with it says something more. */
function endsSentence(text: string): boolean {
  return /[.?!]["'”’]?$/.test(text)
}
