import type { Reader } from '../../policy/view.ts'
import type { Opening, StreamFrame, LiveStream } from './live-stream.ts'

/** Where a viewer's frames go: a WebSocket, or a stream of server-sent events. */
export interface ViewerSink {
  /** Bytes handed over and not yet taken by the network. */
  readonly waitingBytes: number
  /** All that one tick brings, in one write. */
  frames(frames: readonly StreamFrame[]): void
  open(channel: string, slot: number, opening: Opening): void
  problem(channel: string | null, code: string, detail: string): void
  bye(afterMs: number): void
  /** Something to hear for a reader to whom nothing was said for long. */
  heartbeat(): void
}

/** A viewer that has this much waiting is passed over until it has read. */
const mostWaitingBytes = 64 * 1024
/** Silence towards a viewer never lasts longer. */
const heartbeatMs = 20_000

export interface LiveSubscription {
  readonly stream: LiveStream
  /** The frame it needs next; null while its opening is being made. */
  next: number | null
  /** The position it has been told up to. */
  seq: number
}

/** One connection: a cursor a channel. Nothing is queued for it but what its socket holds. */
export class LiveViewer {
  readonly reader: Reader
  readonly sink: ViewerSink
  readonly subscriptions = new Map<string, LiveSubscription>()
  #lastMs: number

  constructor(reader: Reader, sink: ViewerSink, nowMs: number) {
    this.reader = reader
    this.sink = sink
    this.#lastMs = nowMs
  }

  /** Writes what is new; returns the channels whose frames are gone, which must be opened again. */
  pump(nowMs: number): LiveSubscription[] | undefined {
    if (this.sink.waitingBytes > mostWaitingBytes) return undefined
    let frames: StreamFrame[] | undefined
    let lost: LiveSubscription[] | undefined
    for (const subscription of this.subscriptions.values()) {
      const { stream, next } = subscription
      if (next === null || next > stream.last) continue
      const first = stream.frame(next)
      if (first === undefined) {
        ;(lost ??= []).push(subscription)
        continue
      }
      frames ??= []
      frames.push(first)
      for (let n = next + 1; n <= stream.last; n++) {
        const frame = stream.frame(n)
        if (frame !== undefined) frames.push(frame)
      }
      subscription.next = stream.last + 1
      subscription.seq = stream.frame(stream.last)?.seq ?? subscription.seq
    }
    if (frames !== undefined) {
      this.#lastMs = nowMs
      this.sink.frames(frames)
    } else if (nowMs - this.#lastMs > heartbeatMs) {
      this.#lastMs = nowMs
      this.sink.heartbeat()
    }
    return lost
  }
}
