import type { TellTrouble } from './source.ts'

/** As long as a live input may be silent before it counts as lost. */
const silentMs = 10_000

/** Tells what is probably wrong when nothing comes of a source for a while. */
export class Silence {
  readonly #timer: NodeJS.Timeout

  constructor(tell: TellTrouble, words: () => string, ms = silentMs) {
    this.#timer = setTimeout(() => tell(words()), ms)
  }

  /** Something came. */
  broken(): void {
    this.#timer.refresh()
  }

  close(): void {
    clearTimeout(this.#timer)
  }
}
