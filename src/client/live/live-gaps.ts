export interface GapTimes {
  /** A live input that delivers no byte for this long is lost. */
  readonly sourceLostMs: number
  /** One that delivers bytes, and for this long no caption with text, has none. */
  readonly noCaptionsMs: number
}

export const usualGapTimes: GapTimes = { sourceLostMs: 10_000, noCaptionsMs: 600_000 }

/** A gap as it is now; `toMs` null while it is open. */
export interface LiveGap {
  readonly id: string
  readonly reason: 'source-lost' | 'no-captions'
  readonly fromMs: number
  readonly toMs: number | null
}

/**
 * What a live input does not deliver, as typed gaps: from the last byte, or the last caption, to the next. Never two at
 * a time. Each call answers what changed; all times are of one clock, which may be corrected.
 */
export class LiveGaps {
  readonly #run: string
  readonly #times: GapTimes
  #bytesAtMs: number
  #captionAtMs: number
  #open: LiveGap | undefined
  #count = 0

  constructor(run: string, nowMs: number, times: GapTimes) {
    this.#run = run
    this.#times = times
    this.#bytesAtMs = nowMs
    this.#captionAtMs = nowMs
  }

  /** The one that is not over. */
  get open(): LiveGap | undefined {
    return this.#open
  }

  bytes(nowMs: number): LiveGap[] {
    this.#bytesAtMs = nowMs
    if (this.#open?.reason !== 'source-lost') return []
    // While nothing came, captions could not be missed.
    this.#captionAtMs = nowMs
    return this.#close(nowMs)
  }

  /** What came is interrupted, although nobody may have noticed yet. */
  lose(): LiveGap[] {
    if (this.#open?.reason === 'source-lost') return []
    return [...this.#close(this.#bytesAtMs), ...this.#begin('source-lost', this.#bytesAtMs)]
  }

  caption(nowMs: number): LiveGap[] {
    this.#captionAtMs = nowMs
    return this.#open?.reason === 'no-captions' ? this.#close(nowMs) : []
  }

  /** To be called about every second. */
  tick(nowMs: number): LiveGap[] {
    if (this.#open?.reason === 'source-lost') return []
    if (nowMs - this.#bytesAtMs >= this.#times.sourceLostMs) return this.lose()
    if (this.#open === undefined && nowMs - this.#captionAtMs >= this.#times.noCaptionsMs)
      return this.#begin('no-captions', this.#captionAtMs)
    return []
  }

  /** The input is read no longer: what follows is another kind of gap. */
  end(nowMs: number): LiveGap[] {
    return this.#close(nowMs)
  }

  /** The clock was corrected. */
  shift(byMs: number): void {
    this.#bytesAtMs += byMs
    this.#captionAtMs += byMs
  }

  #begin(reason: LiveGap['reason'], fromMs: number): LiveGap[] {
    this.#open = { id: `${this.#run}-gap-${++this.#count}`, reason, fromMs, toMs: null }
    return [this.#open]
  }

  #close(toMs: number): LiveGap[] {
    const gap = this.#open
    this.#open = undefined
    return gap === undefined ? [] : [{ ...gap, toMs: Math.max(gap.fromMs, toMs) }]
  }
}
