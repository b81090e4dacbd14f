import { maxCueText, type Mode } from '../../protocol/events.ts'
import type { CueTrack } from '../cues/cue-track.ts'
import { CaptionWindow } from './window.ts'

const windowCount = 8
const blank = 0x20
/** Rows of one caption that is painted come faster than this; rows that somebody types do not. */
const liveRowMs = 500

/**
 * What the windows of one service show, and when each caption of it begins and ends. A window that appears with its text
 * is pop-on; text that grows before the viewers' eyes is roll-up where lines leave their window, else paint-on.
 */
export class CaptionScreen {
  readonly #track: CueTrack
  readonly #windows: (CaptionWindow | null)[] = Array.from({ length: windowCount }, () => null)
  #current: CaptionWindow | null = null
  #hadWindow = false
  #dirty = false
  #mode: Mode = 'pop-on'
  /** Windows that appear at one moment are one caption. */
  #appearedAtMs = -1
  #openedAtMs = 0
  #writtenPlace = ''
  #erasedPlace = ''

  constructor(track: CueTrack) {
    this.#track = track
  }

  /** The window that is written to; null before the first. */
  get current(): CaptionWindow | null {
    return this.#current
  }

  get hadWindow(): boolean {
    return this.#hadWindow
  }

  choose(id: number): void {
    this.#current = this.#windows[id] ?? null
  }

  /** Six bytes of a DefineWindow from `at` on. */
  define(id: number, bytes: Uint8Array, at: number, atMs: number): void {
    const known = this.#windows[id] ?? null
    const window = known ?? new CaptionWindow()
    window.define(bytes, at, known === null)
    this.#windows[id] = window
    this.#current = window
    this.#hadWindow = true
    const isVisible = ((bytes[at] ?? 0) & 0x20) !== 0
    if (isVisible) this.#show([window], atMs)
    else this.#hide([window], atMs)
  }

  clear(mask: number, atMs: number): void {
    const windows = this.#of(mask)
    this.#vanish(windows, atMs)
    for (const window of windows) window.clear()
  }

  display(mask: number, atMs: number): void {
    this.#show(this.#of(mask), atMs)
  }

  hide(mask: number, atMs: number): void {
    this.#hide(this.#of(mask), atMs)
  }

  toggle(mask: number, atMs: number): void {
    const windows = this.#of(mask)
    const hidden = windows.filter((window) => !window.isVisible)
    const visible = windows.filter((window) => window.isVisible)
    this.#hide(visible, atMs)
    this.#show(hidden, atMs)
  }

  delete(mask: number, atMs: number): void {
    this.#hide(this.#of(mask), atMs)
    for (let id = 0; id < windowCount; id++) {
      if (((mask >> id) & 1) === 0) continue
      if (this.#current === this.#windows[id]) this.#current = null
      this.#windows[id] = null
    }
  }

  write(unit: number, atMs: number): void {
    const window = this.#current
    if (window === null) return
    if (window.mustWrap) {
      const word = unit === blank ? [] : window.takeWord()
      if (window.isVisible) this.#dirty = true
      this.carriageReturn(atMs)
      // A space has done its work between two lines.
      if (unit === blank) return
      for (const moved of word) this.write(moved, atMs)
    }
    if (!window.isVisible) {
      window.write(unit)
      return
    }
    if (window.isReplacedBy(unit)) {
      this.#finish(atMs)
      window.eraseLine()
    }
    if (this.#track.text === '' && !this.#dirty) this.#mode = window.rolls ? 'roll-up' : 'paint-on'
    window.write(unit)
    this.#writtenPlace = window.place
    this.#dirty = true
  }

  backspace(): void {
    this.#current?.backspace()
    if (this.#current?.isVisible === true) this.#dirty = true
  }

  carriageReturn(atMs: number): void {
    const window = this.#current
    if (window === null) return
    this.#finishLine(window, atMs)
    window.carriageReturn()
  }

  /** Erases the line that the pen is in. */
  eraseLine(atMs: number): void {
    const window = this.#current
    if (window === null) return
    if (window.isVisible) this.#finish(atMs)
    window.eraseLine()
  }

  formFeed(atMs: number): void {
    const window = this.#current
    if (window === null) return
    this.#vanish([window], atMs)
    window.clear()
    window.home()
  }

  /** Tells the track what viewers see; called once after the codes of one moment. */
  settle(atMs: number): void {
    if (!this.#dirty) {
      this.#track.pass(atMs)
      return
    }
    this.#dirty = false
    if (this.#track.text === '') this.#openedAtMs = atMs
    // Where it was erased, the same row is the same words said again.
    if (this.#writtenPlace === this.#erasedPlace) this.#track.expectNew()
    this.#track.update(this.#text(), atMs, this.#mode)
  }

  end(atMs: number): void {
    this.settle(atMs)
    this.#track.end(atMs)
  }

  #of(mask: number): CaptionWindow[] {
    return this.#windows.filter(
      (window, id) => window !== null && ((mask >> id) & 1) === 1,
    ) as CaptionWindow[]
  }

  get #visible(): CaptionWindow[] {
    const windows = this.#windows.filter((window) => window?.isVisible === true) as CaptionWindow[]
    return windows.sort((a, b) => a.top - b.top || a.left - b.left)
  }

  /** No viewer has more on screen than a cue may hold; a sender's fault could. */
  #text(): string {
    const lines = this.#visible.flatMap((window) => window.lines(true))
    return lines.join('\n').slice(0, maxCueText).toWellFormed().trim()
  }

  #show(windows: readonly CaptionWindow[], atMs: number): void {
    const appearing = windows.filter((window) => !window.isVisible)
    const hasNews = appearing.some((window) => window.hasText(true))
    if (hasNews && atMs !== this.#appearedAtMs) this.#finish(atMs)
    for (const window of appearing) window.isVisible = true
    if (!hasNews) return
    this.#appearedAtMs = atMs
    this.#mode = 'pop-on'
    this.#dirty = true
  }

  #hide(windows: readonly CaptionWindow[], atMs: number): void {
    this.#vanish(windows, atMs)
    for (const window of windows) window.isVisible = false
  }

  /** What stands in these windows is about to leave the screen. */
  #vanish(windows: readonly CaptionWindow[], atMs: number): void {
    const seen = windows.filter((window) => window.isVisible && window.hasText(false))
    if (seen.length === 0) return
    const isOpen = seen.some((window) => window.hasText(true))
    if (!isOpen && (this.#mode !== 'roll-up' || this.#track.text !== '')) return
    this.settle(atMs)
    if (this.#mode === 'roll-up') {
      this.#track.finishErased(
        atMs,
        this.#visible.flatMap((window) => window.lines(false)),
      )
      this.#erasedPlace = this.#writtenPlace
    } else this.#track.finish(atMs)
    this.#tell()
  }

  /** In a roll-up, and where somebody types, the line is a caption of its own; elsewhere it goes on in the next one. */
  #finishLine(window: CaptionWindow, atMs: number): void {
    if (!window.isVisible) return
    const isLive = this.#track.text !== '' && atMs - this.#openedAtMs >= liveRowMs
    if (window.isOnLastLine || isLive) window.hasRolled = true
    if (window.rolls) this.#finish(atMs)
  }

  #finish(atMs: number): void {
    this.settle(atMs)
    this.#track.finish(atMs)
    this.#tell()
  }

  #tell(): void {
    for (const window of this.#windows) if (window?.isVisible === true) window.tell()
  }
}
