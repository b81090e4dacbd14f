/** A connection of a producer to this node. */
export interface OpenFeed {
  /** What it sent is stored up to there. */
  stored(seq: number): void
}

/** The producers that are connected to this node. */
export class Feeds {
  readonly #byProducer = new Map<string, OpenFeed>()

  get size(): number {
    return this.#byProducer.size
  }

  /** The newest connection of a producer is told. */
  opened(channel: string, producer: string, feed: OpenFeed): void {
    this.#byProducer.set(keyOf(channel, producer), feed)
  }

  closed(channel: string, producer: string, feed: OpenFeed): void {
    const key = keyOf(channel, producer)
    if (this.#byProducer.get(key) === feed) this.#byProducer.delete(key)
  }

  /** The archive holds what a producer sent, whichever node it sent it to. */
  stored(channel: string, producer: string, seq: number): void {
    this.#byProducer.get(keyOf(channel, producer))?.stored(seq)
  }
}

function keyOf(channel: string, producer: string): string {
  return `${channel} ${producer}`
}
