/** A caption's bytes and its beginning are within a second or two of each other. */
const marginMs = 2000
/** Holes that are remembered, the newest: differences are told soon after they are read. */
const keptHoles = 1000

/** Where a run has no original bytes. Chunks hold about a second each. */
export class ByteHoles {
  readonly #holes: { readonly fromMs: number; readonly toMs: number }[] = []
  #lastMs = -Infinity

  reached(at: string): void {
    const ms = Date.parse(at)
    if (ms - this.#lastMs > 2 * marginMs + 1000) {
      this.#holes.push({ fromMs: this.#lastMs, toMs: ms })
      if (this.#holes.length > keptHoles) this.#holes.shift()
    }
    this.#lastMs = Math.max(this.#lastMs, ms)
  }

  /** Whether a cue that began then was made of bytes that are not here (any more). */
  lacks(start: string): boolean {
    const ms = Date.parse(start)
    if (ms > this.#lastMs + marginMs + 1000) return true
    return this.#holes.some(
      ({ fromMs, toMs }) => ms > fromMs + marginMs + 1000 && ms < toMs - marginMs,
    )
  }
}
