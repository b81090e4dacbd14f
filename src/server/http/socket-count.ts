/** Live connections of each address, for those who show no token. */
export class SocketCount {
  readonly #most: number
  readonly #byAddress = new Map<string, number>()

  constructor(most: number) {
    this.#most = most
  }

  /** False when the address has as many as it may. */
  take(address: string): boolean {
    const count = this.#byAddress.get(address) ?? 0
    if (count >= this.#most) return false
    this.#byAddress.set(address, count + 1)
    return true
  }

  release(address: string): void {
    const count = this.#byAddress.get(address) ?? 0
    if (count <= 1) this.#byAddress.delete(address)
    else this.#byAddress.set(address, count - 1)
  }
}
