import type { Mode } from '../../protocol/events.ts'
import type { CueTrack } from '../cues/cue-track.ts'
import { columns, Memory, rows } from './memory.ts'

const lastRow = rows - 1
/** Nobody says a screenful again within this time. */
const repeatedScreenMs = 1000

/**
 * One caption service (CC1 … CC4) or text service (T1 … T4): its two memories, its cursor and its mode, told by
 * the commands of CTA-608-E section C (47 CFR 15.119). What viewers see goes to the track as it changes.
 */
export class Cea608Channel {
  readonly #track: CueTrack
  readonly #isText: boolean
  #displayed = new Memory()
  #hidden = new Memory()
  #mode: Mode
  #depth: number
  #base = lastRow
  #row: number
  /** 0 … 32: after a character in the last column the cursor stands behind it, so that a backspace or an extended character meets it. */
  #column = 0
  /** A preamble put the cursor where text stands: the next character tells whether it is replaced. */
  #mayReplace = false
  #dirty = false
  /** The displayed memory came there by an end of caption, at that time. */
  #popped = false
  #shownAtMs = 0
  /** Base row and depth of the window that was erased last. */
  #erasedWindow = ''

  constructor(track: CueTrack, isText = false) {
    this.#track = track
    this.#isText = isText
    this.#mode = isText ? 'text' : 'pop-on'
    this.#depth = isText ? rows : 0
    this.#row = isText ? lastRow : 0
  }

  get #rolls(): boolean {
    return this.#mode === 'roll-up' || this.#mode === 'text'
  }

  get #window(): string {
    return `${this.#base}/${this.#depth}`
  }

  get #written(): Memory {
    return this.#mode === 'pop-on' ? this.#hidden : this.#displayed
  }

  character(unit: number, atMs: number): void {
    const column = Math.min(this.#column, columns - 1)
    if (this.#mayReplace) this.#replaceIfOther(column, unit, atMs)
    this.#written.write(this.#row, column, unit)
    this.#column = column + 1
    this.#changed()
  }

  /** An extended character takes the place of the plain one sent before it for simple decoders. */
  extended(unit: number, atMs: number): void {
    if (this.#column > 0) this.#column--
    this.#mayReplace = false
    this.character(unit, atMs)
  }

  backspace(): void {
    if (this.#column === 0) return
    this.#column--
    this.#mayReplace = false
    this.#written.write(this.#row, this.#column, 0)
    this.#changed()
  }

  tab(count: number): void {
    this.#column = Math.min(this.#column + count, columns - 1)
  }

  deleteToEndOfRow(atMs: number): void {
    if (this.#mode === 'paint-on' && this.#standsBeforeText()) this.#finish(atMs)
    this.#mayReplace = false
    this.#written.erase(this.#row, Math.min(this.#column, columns - 1))
    this.#changed()
  }

  preamble(row: number, column: number): void {
    if (this.#rolls) {
      if (!this.#isText && row !== this.#base) this.#moveBase(row)
    } else {
      this.#row = row
    }
    this.#column = column
    this.#mayReplace =
      this.#mode !== 'pop-on' &&
      !this.#displayed.isTold(this.#row) &&
      column < this.#displayed.rowEnd(this.#row)
  }

  carriageReturn(atMs: number): void {
    if (this.#rolls) {
      this.#finish(atMs)
      this.#displayed.rollUp(this.#base, this.#depth)
      this.#column = 0
    } else if (this.#mode === 'pop-on') {
      // No standard gives it a meaning here; CCExtractor goes on in the next row, which keeps words apart.
      this.#row = Math.min(this.#row + 1, lastRow)
      this.#column = 0
    }
    this.#mayReplace = false
  }

  rollUp(depth: number, atMs: number): void {
    if (this.#mode !== 'roll-up') {
      // Changing style erases both memories; the base row is then the last one until a preamble says otherwise.
      this.eraseDisplayed(atMs)
      this.#hidden.clear()
      this.#mode = 'roll-up'
      this.#base = lastRow
      this.#row = lastRow
      this.#column = 0
    }
    this.#depth = depth
  }

  resumeCaptionLoading(): void {
    this.#mode = 'pop-on'
    this.#mayReplace = false
  }

  resumeDirectCaptioning(): void {
    this.#mode = 'paint-on'
    this.#mayReplace = false
  }

  endOfCaption(atMs: number): void {
    this.settle(atMs)
    const shown = this.#track.text
    const next = this.#hidden.untoldText()
    // The screen on display, sent again at once: viewers see no change. Later it is the same words said again.
    const isRepeat =
      next !== '' && next === shown && atMs - this.#shownAtMs <= repeatedScreenMs && this.#popped
    if (!isRepeat) this.#shownAtMs = atMs
    this.#popped = true
    if (!isRepeat) this.#finish(atMs)
    const displayed = this.#displayed
    this.#displayed = this.#hidden
    this.#hidden = displayed
    if (isRepeat) displayed.tellAll()
    this.#mode = 'pop-on'
    this.#row = 0
    this.#column = 0
    this.#dirty = true
  }

  eraseDisplayed(atMs: number): void {
    this.settle(atMs)
    if (this.#mode === 'roll-up') {
      this.#track.finishErased(atMs, this.#rowsShown())
      this.#erasedWindow = this.#window
    } else this.#track.finish(atMs)
    this.#displayed.clear()
    this.#mayReplace = false
    this.#popped = false
  }

  eraseHidden(): void {
    this.#hidden.clear()
  }

  /** Tells the track what the displayed memory has become; called once after the bytes of one moment. */
  settle(atMs: number): void {
    if (!this.#dirty) {
      this.#track.pass(atMs)
      return
    }
    this.#dirty = false
    // In the window where it was, the same row is the same words said again.
    if (this.#window === this.#erasedWindow) this.#track.expectNew()
    this.#track.update(this.#displayed.untoldText(), atMs, this.#mode)
  }

  end(atMs: number): void {
    this.settle(atMs)
    this.#track.end(atMs)
  }

  #changed(): void {
    if (this.#mode !== 'pop-on') this.#dirty = true
  }

  #finish(atMs: number): void {
    this.settle(atMs)
    this.#track.finish(atMs)
    this.#displayed.tellAll()
  }

  /** The window moves to another base row with all that is in it. */
  #moveBase(row: number): void {
    this.#displayed.moveWindow(this.#base, row, this.#depth)
    this.#base = row
    this.#row = row
  }

  #standsBeforeText(): boolean {
    return !this.#displayed.isTold(this.#row) && this.#textBeginsAtOrAfter(this.#column)
  }

  #textBeginsAtOrAfter(column: number): boolean {
    if (this.#displayed.isRowEmpty(this.#row)) return false
    for (let i = 0; i < Math.min(column, columns); i++) {
      const unit = this.#displayed.at(this.#row, i)
      if (unit !== 0 && unit !== 0x20) return false
    }
    return true
  }

  /**
   * Text written from the beginning of a row over other text replaces what viewers have read: that becomes a cue
   * first (CCExtractor loses it). The same text sent again, or a correction behind an equal beginning, does not.
   */
  #replaceIfOther(column: number, unit: number, atMs: number): void {
    const old = this.#displayed.at(this.#row, column)
    if (old === unit) return
    this.#mayReplace = false
    if (!this.#textBeginsAtOrAfter(column)) return
    this.#finish(atMs)
    this.#displayed.erase(this.#row, 0)
  }

  #rowsShown(): string[] {
    const shown: string[] = []
    for (let row = 0; row < rows; row++) {
      const text = this.#displayed.rowText(row)
      if (text !== '') shown.push(text)
    }
    return shown
  }
}
