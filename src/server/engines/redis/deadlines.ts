interface Held {
  readonly atMs: number
  readonly reject: (error: Error) => void
}

class LateError extends Error {
  override name = 'LateError'
}

/** Holds many promises to one time-out with one timer. */
export class Deadlines implements Disposable {
  readonly #ms: number
  /** In the order in which they are due. */
  readonly #held = new Set<Held>()
  #timer: NodeJS.Timeout | undefined

  constructor(ms: number) {
    this.#ms = ms
  }

  hold<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const held = { atMs: performance.now() + this.#ms, reject }
      this.#held.add(held)
      this.#timer ??= setInterval(() => this.#look(), this.#ms / 10)
      const settle = (): void => void this.#held.delete(held)
      work.finally(settle).then(resolve, reject)
    })
  }

  isLate(error: unknown): boolean {
    return error instanceof LateError
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    for (const { reject } of this.#held) reject(new LateError('the connection is closed'))
    this.#held.clear()
  }

  #look(): void {
    const nowMs = performance.now()
    for (const held of this.#held) {
      if (held.atMs > nowMs) return
      this.#held.delete(held)
      held.reject(new LateError(`no answer within ${this.#ms} ms`))
    }
    if (this.#held.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
