const rateWindowMs = 60_000
/** A backlog of hours is told to some seconds; beyond so many marks every second one goes. */
const mostMarks = 512

/** A channel's counts: cues, their rate, and since when the oldest event waits for the server. */
export class ChannelFigures {
  #cues = 0
  #recent: number[] = []
  /** By when the events up to `seq` were there, on a clock that nobody sets. */
  #marks: { readonly seq: number; readonly atMs: number }[] = []

  get cues(): number {
    return this.#cues
  }

  cue(): void {
    this.#cues++
    this.#recent.push(performance.now())
  }

  cuesPerMinute(): number {
    const since = performance.now() - rateWindowMs
    this.#recent = this.#recent.filter((at) => at > since)
    return this.#recent.length
  }

  /** To be called several times a second: events up to `last` exist, those up to `stored` are safe. */
  mark(last: number, stored: number): void {
    this.#marks = this.#marks.filter(({ seq }) => seq > stored)
    if (last <= stored || this.#marks.at(-1)?.seq === last) return
    this.#marks.push({ seq: last, atMs: performance.now() })
    if (this.#marks.length > mostMarks) this.#marks = this.#marks.filter((_, at) => at % 2 === 0)
  }

  /** How long the oldest event that is not stored has waited; 0 when there is none. */
  lagMs(stored: number): number {
    const oldest = this.#marks.find(({ seq }) => seq > stored)
    return oldest === undefined ? 0 : Math.round(performance.now() - oldest.atMs)
  }
}
