import type { Pair } from '../cea608/encoder.ts'
import { formatDropFrame } from '../timecode.ts'

export const sccHead = 'Scenarist_SCC V1.0\n\n'

/** Pairs from a frame on; a pause begins a new line of the file. */
export class SccLine {
  frame: number
  #text = ''
  #isOpen = false

  constructor(freeFrame: number) {
    this.frame = freeFrame
  }

  /** Time only goes on. */
  moveTo(frame: number): void {
    if (frame <= this.frame) return
    this.frame = frame
    if (this.#isOpen) this.#text += '\n\n'
    this.#isOpen = false
  }

  add(pairs: readonly Pair[]): void {
    const words = pairs.map((pair) => pair.toString(16).padStart(4, '0')).join(' ')
    this.#text += this.#isOpen ? ` ${words}` : `${formatDropFrame(this.frame)}\t${words}`
    this.#isOpen = true
    this.frame += pairs.length
  }

  end(): string {
    return this.#isOpen ? `${this.#text}\n\n` : this.#text
  }
}
