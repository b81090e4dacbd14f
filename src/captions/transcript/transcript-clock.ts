import { countFault } from '../faults.ts'
import type { TranscriptTime } from './parse-line.ts'

/** Rows may be told some seconds after later ones; further back, an extractor was started again. */
const longestStepBackMs = 10_000
/** Nothing in one transcript is further apart: it is another clock, or a number that was damaged. */
const longestStepMs = 31 * 24 * 3_600_000
/** What the clock of another run goes on with. */
const pictureMs = 33

/** From the times of lines to the run's clock, which goes on when an extractor begins to count anew. */
export class TranscriptClock {
  readonly #faults: Record<string, number>
  /** What is taken off times of the stream, and off those since 1970; null before any came. */
  readonly #bases: [relative: number | null, absolute: number | null] = [null, null]
  #reachedMs = 0
  #hasBegun = false

  constructor(faults: Record<string, number>) {
    this.#faults = faults
  }

  get reachedMs(): number {
    return this.#reachedMs
  }

  /** Where a caption lies, in milliseconds of the run. */
  place(start: TranscriptTime, end: TranscriptTime): { startMs: number; endMs: number } {
    const kind = start.isAbsolute ? 1 : 0
    const isLike = end.isAbsolute === start.isAbsolute && end.ms - start.ms < longestStepMs
    const endTime = isLike ? Math.max(start.ms, end.ms) : start.ms
    let base = this.#bases[kind]
    if (base === null) base = this.#first(start, endTime)
    else if (this.#isOther(endTime - base)) {
      countFault(this.#faults, 'ttxt-clock-reset')
      base = start.ms - this.#reachedMs - pictureMs
    }
    this.#bases[kind] = base
    this.#hasBegun = true
    const endMs = Math.max(0, endTime - base)
    this.#reachedMs = Math.max(this.#reachedMs, endMs)
    return { startMs: Math.max(0, start.ms - base), endMs }
  }

  /** What comes is another run of the extractor. */
  restart(): void {
    if (!this.#hasBegun) return
    countFault(this.#faults, 'ttxt-clock-reset')
    this.#bases.fill(null)
  }

  #isOther(endMs: number): boolean {
    return endMs < this.#reachedMs - longestStepBackMs || endMs > this.#reachedMs + longestStepMs
  }

  #first({ ms, isAbsolute }: TranscriptTime, endMs: number): number {
    // Lines of CEA-708 and XDS are worded in the stream’s time whatever was asked for: they came just now.
    const hasOther = this.#bases.some((base) => base !== null)
    if (hasOther) return endMs - this.#reachedMs
    if (this.#hasBegun) return ms - this.#reachedMs - pictureMs
    return isAbsolute ? ms : 0
  }
}
