import type { Reader } from '../../../policy/view.ts'
import type { Position } from '../../../protocol/position.ts'
import type { LiveStream, Opening, StreamFrame } from './live-stream.ts'

/** Where a viewer's frames go: a WebSocket, or a stream of server-sent events. */
export interface ViewerSink {
  /** Bytes handed over and not yet taken by the network. */
  readonly waitingBytes: number
  /** Adds to what this tick brings; the bytes are taken at once. */
  add(frame: StreamFrame, slot: number): void
  /** Writes what was added, as one. */
  flush(): void
  open(channel: string, slot: number, opening: Opening): void
  problem(channel: string | null, code: string, detail: string): void
  bye(afterMs: number): void
  /** Something to hear for a reader to whom nothing was said for long. */
  heartbeat(): void
}

/** What a viewer asked of a channel. */
export interface SubscribeWish {
  readonly since: Position | null
  readonly tracks: readonly string[] | null
  readonly query: string | null
  readonly backlog: number
}

/** A viewer that has this much waiting is passed over until it has read. */
const mostWaitingBytes = 64 * 1024
/** Silence towards a viewer never lasts longer. */
const heartbeatMs = 20_000

export interface LiveSubscription {
  readonly stream: LiveStream
  /** Names the channel on this connection; the lowest that is free, because low ones are shorter. */
  readonly slot: number
  /** The frame it needs next; null while its opening is being made. */
  next: number | null
  /** The position it has been told up to; null before its first opening. */
  epoch: string | null
  seq: number
}

/** One connection: a cursor a channel. Nothing is queued for it but what its socket holds. */
export class LiveViewer {
  readonly reader: Reader
  readonly sink: ViewerSink
  /** What it asked for, by channel; a wish that was replaced or taken back meanwhile is not fulfilled. */
  readonly wishes = new Map<string, SubscribeWish>()
  readonly subscriptions = new Map<string, LiveSubscription>()
  /** Channels that it wants and has not been told of. */
  readonly unopened = new Set<string>()
  isQueued = false
  #lastMs: number

  constructor(reader: Reader, sink: ViewerSink, nowMs: number) {
    this.reader = reader
    this.sink = sink
    this.#lastMs = nowMs
  }

  /** It has not read what it was sent. */
  get isFull(): boolean {
    return this.sink.waitingBytes > mostWaitingBytes
  }

  /** The lowest slot that no other subscription of this viewer has. */
  freeSlot(): number {
    const taken = new Set<number>()
    for (const { slot } of this.subscriptions.values()) taken.add(slot)
    let slot = 0
    while (taken.has(slot)) slot++
    return slot
  }

  /** Writes what is new, unless `isFull`; returns the channels whose frames are gone, which must be opened again. */
  pump(nowMs: number): LiveSubscription[] | undefined {
    let isNew = false
    let lost: LiveSubscription[] | undefined
    for (const subscription of this.subscriptions.values()) {
      const { stream, slot, next } = subscription
      if (next === null || next > stream.last) continue
      if (stream.frame(next) === undefined) {
        ;(lost ??= []).push(subscription)
        continue
      }
      for (let n = next; n <= stream.last; n++) {
        const frame = stream.frame(n)
        if (frame === undefined) continue
        this.sink.add(frame, slot)
        subscription.seq = frame.seq
      }
      subscription.next = stream.last + 1
      isNew = true
    }
    if (isNew) {
      this.#lastMs = nowMs
      this.sink.flush()
    } else if (nowMs - this.#lastMs > heartbeatMs) {
      this.#lastMs = nowMs
      this.sink.heartbeat()
    }
    return lost
  }
}
