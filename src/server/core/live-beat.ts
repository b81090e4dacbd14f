import type { LiveChannel } from './live-channel.ts'
import { LiveStream, wishKey, type StreamOptions, type StreamWish } from './live-stream.ts'
import type { LiveSubscription, LiveViewer } from './live-viewer.ts'

/** A letter is on screen this much after it came, at the earliest possible. */
const shortestTickMs = 50
/** Slower than this reads as stutter. */
const longestTickMs = 120
/** The tick grows with the logarithm of the crowd, between these: fewer, fuller writes where they are many. */
const viewersAtShortest = 50
const viewersAtLongest = 5000
/** Above this share of its tick a beat slows down; below half of it, it recovers. */
const busyShare = 0.3

export interface LiveBeatOptions extends StreamOptions {
  /** Where in the tick this beat falls: 0 … 1. */
  readonly phase: number
  readonly lost: (viewer: LiveViewer, subscription: LiveSubscription) => void
  /** It has read what kept it from being told of a channel. */
  readonly drained: (viewer: LiveViewer) => void
  readonly viewers: () => number
}

/** Viewers that are written to at the same moment, and the streams they share. */
export class LiveBeat {
  readonly #options: LiveBeatOptions
  readonly #viewers = new Set<LiveViewer>()
  readonly #streams = new Map<string, LiveStream>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #stretch = 1

  constructor(options: LiveBeatOptions) {
    this.#options = options
  }

  get tickMs(): number {
    const crowd =
      Math.log(Math.max(1, this.#options.viewers() / viewersAtShortest)) /
      Math.log(viewersAtLongest / viewersAtShortest)
    const base = shortestTickMs + (longestTickMs - shortestTickMs) * Math.min(1, crowd)
    return Math.min(longestTickMs, base * this.#stretch)
  }

  add(viewer: LiveViewer): void {
    this.#viewers.add(viewer)
    if (this.#timer === undefined) this.#schedule(this.tickMs * this.#options.phase)
  }

  delete(viewer: LiveViewer): void {
    this.#viewers.delete(viewer)
    if (this.#viewers.size === 0) this.stop()
  }

  /** The stream for a wish, shared with those who have the same. */
  stream(channel: LiveChannel, wish: StreamWish): LiveStream {
    const key = wishKey(channel.id, wish)
    let stream = this.#streams.get(key)
    if (stream === undefined) {
      stream = new LiveStream(channel, wish, this.#options)
      this.#streams.set(key, stream)
    }
    stream.readers++
    return stream
  }

  release(stream: LiveStream): void {
    if (--stream.readers === 0) this.#streams.delete(wishKey(stream.channel.id, stream.wish))
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  tick(): void {
    for (const stream of this.#streams.values()) stream.flush()
    const nowMs = this.#options.now()
    for (const viewer of this.#viewers) {
      // It has not read what it got: it is passed over, which costs nothing.
      if (viewer.isFull) continue
      if (viewer.unopened.size > 0) this.#options.drained(viewer)
      const lost = viewer.pump(nowMs)
      if (lost !== undefined) for (const one of lost) this.#options.lost(viewer, one)
    }
  }

  #schedule(afterMs: number): void {
    this.#timer = setTimeout(() => {
      const began = performance.now()
      const tickMs = this.tickMs
      this.tick()
      const took = performance.now() - began
      if (took > tickMs * busyShare) this.#stretch = Math.min(this.#stretch * 1.2, 3)
      else if (took < (tickMs * busyShare) / 2) this.#stretch = Math.max(1, this.#stretch / 1.1)
      if (this.#timer !== undefined) this.#schedule(Math.max(5, tickMs - took))
    }, afterMs)
  }
}
