/** Pieces that come by themselves, for whoever reads them one after another. */
export class ChunkQueue {
  readonly #mostBytes: number
  #waiting: Uint8Array[] = []
  #bytes = 0
  #failure: Error | undefined
  #wake: () => void = () => undefined
  #onRoom: () => void = () => undefined

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  get isFull(): boolean {
    return this.#bytes >= this.#mostBytes
  }

  push(chunk: Uint8Array): void {
    this.#waiting.push(chunk)
    this.#bytes += chunk.length
    this.#wake()
  }

  /** The reader gets it in its turn. */
  fail(error: Error): void {
    this.#failure ??= error
    this.#wake()
  }

  /** Called once, when there is room again. */
  whenRoom(run: () => void): void {
    this.#onRoom = run
  }

  async *read(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const stop = (): void => this.#wake()
    signal.addEventListener('abort', stop)
    try {
      while (!signal.aborted) {
        const batch = this.#waiting
        this.#waiting = []
        yield* batch
        for (const chunk of batch) this.#bytes -= chunk.length
        if (batch.length > 0) {
          const run = this.#onRoom
          this.#onRoom = () => undefined
          run()
          continue
        }
        if (this.#failure !== undefined) throw this.#failure
        await new Promise<void>((resolve) => (this.#wake = resolve))
      }
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }
}
