/** Live connections of each address, or of each token. */
export class SocketCount {
  readonly #most: number
  readonly #by = new Map<string, number>()

  constructor(most: number) {
    this.#most = most
  }

  /** False when it has as many as it may. */
  take(who: string): boolean {
    const count = this.#by.get(who) ?? 0
    if (count >= this.#most) return false
    this.#by.set(who, count + 1)
    return true
  }

  release(who: string): void {
    const count = this.#by.get(who) ?? 0
    if (count <= 1) this.#by.delete(who)
    else this.#by.set(who, count - 1)
  }
}
