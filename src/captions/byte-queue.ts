/**
 * Bytes that arrived and are not yet read: contiguous from `start`, `length` of them. Grows by doubling and
 * moves its rest to the front only when the room behind it is used up, so a byte is copied about twice.
 */
export class ByteQueue {
  #bytes = new Uint8Array(4096)
  #start = 0
  #end = 0

  get bytes(): Uint8Array {
    return this.#bytes
  }

  get start(): number {
    return this.#start
  }

  get length(): number {
    return this.#end - this.#start
  }

  push(chunk: Uint8Array): void {
    if (this.#end + chunk.length > this.#bytes.length) this.#makeRoom(chunk.length)
    this.#bytes.set(chunk, this.#end)
    this.#end += chunk.length
  }

  drop(count: number): void {
    this.#start += count
    if (this.#start < this.#end) return
    this.#start = 0
    this.#end = 0
  }

  #makeRoom(count: number): void {
    const kept = this.length
    if (kept + count <= this.#bytes.length / 2) {
      this.#bytes.copyWithin(0, this.#start, this.#end)
    } else {
      const grown = new Uint8Array(Math.max(this.#bytes.length, 2 * (kept + count)))
      grown.set(this.#bytes.subarray(this.#start, this.#end))
      this.#bytes = grown
    }
    this.#start = 0
    this.#end = kept
  }
}
