import { countFault } from '../faults.ts'
import { extendedCharacter, plainCharacter } from './characters.ts'
import { c0, c1, codeLength } from './codes.ts'
import type { CaptionScreen } from './screen.ts'
import { WideCharacters } from './wide-characters.ts'

/** Bytes that a service may hold back while it waits (CTA-708-E 8.4.3): beyond them it waits no longer. */
const mostWaiting = 128
const delayUnitMs = 100
/** A pen tag for text that is not to be displayed. */
const hiddenTextTag = 15

/** Reads the codes of one service and does on its screen what they say. */
export class Cea708Service {
  readonly #screen: CaptionScreen
  readonly #faults: Record<string, number>
  readonly #wide = new WideCharacters()
  #waiting: number[] = []
  /** Null while nothing is held back. */
  #waitUntilMs: number | null = null
  #isTextHidden = false

  constructor(screen: CaptionScreen, faults: Record<string, number>) {
    this.#screen = screen
    this.#faults = faults
  }

  block(bytes: Uint8Array, from: number, to: number, atMs: number): void {
    const endsWait = this.#lookAhead(bytes, from, to)
    if (this.#waitUntilMs === null) {
      this.#run(bytes, from, to, atMs)
      return
    }
    for (let at = from; at < to; at++) this.#waiting.push(bytes[at] ?? 0)
    if (endsWait || this.#waiting.length > mostWaiting) this.#goOn(atMs)
  }

  /** After the codes of one moment: what waits may be due, and viewers see what has become of it. */
  settle(atMs: number): void {
    if (this.#waitUntilMs !== null && atMs >= this.#waitUntilMs) this.#goOn(atMs)
    this.#screen.settle(atMs)
  }

  end(atMs: number): void {
    while (this.#waitUntilMs !== null) this.#goOn(atMs)
    this.#screen.end(atMs)
  }

  #goOn(atMs: number): void {
    const bytes = Uint8Array.from(this.#waiting)
    this.#waiting = []
    this.#waitUntilMs = null
    this.#run(bytes, 0, bytes.length, atMs)
  }

  /** What is to be known of a block before its codes are obeyed: whether it ends a delay, and how it writes 16 bits. */
  #lookAhead(bytes: Uint8Array, from: number, to: number): boolean {
    let endsWait = false
    for (let at = from; at < to; at += codeLength(bytes, at)) {
      const code = bytes[at] ?? 0
      if (code === c1.delayCancel || code === c1.reset) endsWait = true
      if (code === c0.wide && at + 2 < to) this.#wide.see(bytes[at + 1] ?? 0, bytes[at + 2] ?? 0)
    }
    return endsWait
  }

  #run(bytes: Uint8Array, from: number, to: number, atMs: number): void {
    for (let at = from; at < to;) {
      const next = at + codeLength(bytes, at)
      // Codes do not go on in another block.
      if (next > to) {
        countFault(this.#faults, 'cc708-cut-code')
        return
      }
      this.#code(bytes, at, atMs)
      at = next
      if (this.#waitUntilMs === null) continue
      this.#waiting = [...bytes.subarray(at, to)]
      return
    }
  }

  #code(bytes: Uint8Array, at: number, atMs: number): void {
    const code = bytes[at] ?? 0
    if (code < 0x20) this.#c0(bytes, at, atMs)
    else if (code >= 0x80 && code < 0xa0) this.#c1(bytes, at, atMs)
    else this.#character(plainCharacter(code), atMs)
  }

  #character(unit: number, atMs: number): void {
    const { current } = this.#screen
    if (current === null) {
      // Whoever tunes in amid a caption has not seen its window come.
      if (this.#screen.hadWindow) countFault(this.#faults, 'cc708-text-without-window')
      return
    }
    if (this.#isTextHidden) current.skip()
    // 16-bit codes can be control characters, which are no text.
    else if (unit >= 0x20 && (unit < 0x7f || unit >= 0xa0)) this.#screen.write(unit, atMs)
  }

  #c0(bytes: Uint8Array, at: number, atMs: number): void {
    const [code = 0, second = 0, third = 0] = bytes.subarray(at, at + 3)
    const screen = this.#screen
    if (code === c0.backspace) screen.backspace()
    else if (code === c0.formFeed) screen.formFeed(atMs)
    else if (code === c0.carriageReturn) screen.carriageReturn(atMs)
    else if (code === c0.horizontalCarriageReturn) screen.eraseLine(atMs)
    else if (code === c0.wide) this.#character(this.#wide.read(second, third), atMs)
    else if (code === c0.extend && (second & 0x7f) >= 0x20)
      this.#character(extendedCharacter(second), atMs)
  }

  #c1(bytes: Uint8Array, at: number, atMs: number): void {
    const [code = 0, first = 0, second = 0] = bytes.subarray(at, at + 3)
    const screen = this.#screen
    if (code < c1.clearWindows) screen.choose(code - c1.setWindow)
    else if (code >= c1.defineWindow) screen.define(code - c1.defineWindow, bytes, at + 1, atMs)
    else if (code === c1.clearWindows) screen.clear(first, atMs)
    else if (code === c1.displayWindows) screen.display(first, atMs)
    else if (code === c1.hideWindows) screen.hide(first, atMs)
    else if (code === c1.toggleWindows) screen.toggle(first, atMs)
    else if (code === c1.deleteWindows) screen.delete(first, atMs)
    else if (code === c1.delay) this.#waitUntilMs = atMs + first * delayUnitMs
    else if (code === c1.penAttributes) this.#isTextHidden = first >> 4 === hiddenTextTag
    else if (code === c1.penLocation) screen.current?.movePen(first & 0x0f, second & 0x3f)
    else if (code === c1.windowAttributes) screen.current?.setAttributes(bytes, at + 1)
    else if (code === c1.reset) {
      this.#isTextHidden = false
      screen.delete(0xff, atMs)
    }
  }
}
