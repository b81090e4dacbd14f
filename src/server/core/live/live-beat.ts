import type { LiveChannel } from './live-channel.ts'
import type { LivePace } from './live-pace.ts'
import { LiveStream, wishKey, type StreamOptions, type StreamWish } from './live-stream.ts'
import type { LiveSubscription, LiveViewer } from './live-viewer.ts'

export interface LiveBeatOptions extends StreamOptions {
  /** Where in the tick this beat falls: 0 … 1. */
  readonly phase: number
  readonly lost: (viewer: LiveViewer, subscription: LiveSubscription) => void
  /** It has read what kept it from being told of a channel. */
  readonly drained: (viewer: LiveViewer) => void
  readonly pace: LivePace
}

/** Viewers that are written to at the same moment, and the streams they share. */
export class LiveBeat {
  readonly #options: LiveBeatOptions
  readonly #viewers = new Set<LiveViewer>()
  readonly #streams = new Map<string, LiveStream>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: LiveBeatOptions) {
    this.#options = options
  }

  add(viewer: LiveViewer): void {
    this.#viewers.add(viewer)
    if (this.#timer === undefined) this.#schedule()
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

  #schedule(): void {
    const { pace, phase } = this.#options
    this.#timer = setTimeout(
      () => {
        const began = performance.now()
        this.tick()
        const ended = performance.now()
        pace.note(ended - began, ended)
        if (this.#timer !== undefined) this.#schedule()
      },
      pace.waitMs(phase, performance.now()),
    )
  }
}
