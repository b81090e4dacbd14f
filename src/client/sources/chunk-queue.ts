/** Pieces that come by themselves, for whoever reads them one after another. */
export class ChunkQueue<T extends object = Uint8Array> {
  readonly #mostBytes: number
  #waiting: T[] = []
  #bytes = 0
  #failure: Error | undefined
  #isOver = false
  #wake: () => void = () => undefined
  #onRoom: (() => void)[] = []

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  get isFull(): boolean {
    return this.#bytes >= this.#mostBytes
  }

  push(chunk: T): void {
    this.#waiting.push(chunk)
    this.#bytes += sizeOf(chunk)
    this.#wake()
  }

  /** Nothing follows. */
  end(): void {
    this.#isOver = true
    this.#wake()
  }

  /** The reader gets it in its turn. */
  fail(error: Error): void {
    this.#failure ??= error
    this.#wake()
  }

  /** Called once, when there is room again. */
  whenRoom(run: () => void): void {
    this.#onRoom.push(run)
  }

  async *read(signal: AbortSignal): AsyncGenerator<T> {
    const stop = (): void => this.#wake()
    signal.addEventListener('abort', stop)
    try {
      while (!signal.aborted) {
        const batch = this.#waiting
        this.#waiting = []
        yield* batch
        for (const chunk of batch) this.#bytes -= sizeOf(chunk)
        if (batch.length > 0) {
          for (const run of this.#onRoom.splice(0)) run()
          continue
        }
        if (this.#failure !== undefined) throw this.#failure
        if (this.#isOver) return
        await new Promise<void>((resolve) => (this.#wake = resolve))
      }
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }
}

/** What is no bytes takes some room too. */
const usualSize = 256

function sizeOf(piece: object): number {
  return piece instanceof Uint8Array ? piece.length : usualSize
}
