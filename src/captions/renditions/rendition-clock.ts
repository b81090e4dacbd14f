const ticksPerMs = 90
const wrap = 2 ** 33
/** Where a rendition and its video disagree by more, one of them is on the other side of a splice. */
const mostApartMs = 60_000
/** A longer step back, or ahead, is another clock: cues are repeated for seconds, and nobody is silent for a day. */
const longestStepBackMs = 120_000
const longestStepMs = 24 * 3_600_000
const pictureMs = 33

/** From presentation time stamps of renditions to the run's clock: that of the video, or without one, their own. */
export class RenditionClock {
  #reachedMs = 0
  #last: { readonly pts: number; readonly ms: number } | undefined

  get hasBegun(): boolean {
    return this.#last !== undefined || this.#reachedMs > 0
  }

  get reachedMs(): number {
    return this.#reachedMs
  }

  /** What comes has another clock; time goes on. */
  restart(): void {
    this.#last = undefined
  }

  place(pts: number, videoMs: number | null): number {
    const own = this.#own(pts)
    const isFar = videoMs !== null && Math.abs(videoMs - own) > mostApartMs
    const ms = Math.max(
      0,
      Math.round(videoMs === null || (isFar && this.#reachedMs > 0) ? own : videoMs),
    )
    // A cue that began before the last one, in the segment before, moves nothing.
    if (this.#last === undefined || ms > this.#last.ms) this.#last = { pts, ms }
    this.#reachedMs = Math.max(this.#reachedMs, ms)
    return ms
  }

  #own(pts: number): number {
    const last = this.#last
    if (last === undefined) return this.#reachedMs === 0 ? 0 : this.#reachedMs + pictureMs
    const stepMs = Math.round(difference(pts, last.pts) / ticksPerMs)
    const isOther = stepMs < -longestStepBackMs || stepMs > longestStepMs
    return isOther ? this.#reachedMs + pictureMs : last.ms + stepMs
  }
}

/** a − b on a clock of 33 bits, the short way round. */
function difference(a: number, b: number): number {
  const half = wrap / 2
  return ((((a - b + half) % wrap) + wrap) % wrap) - half
}
