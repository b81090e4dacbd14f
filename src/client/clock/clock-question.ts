import type { ClockSample } from './tuner-clock.ts'

/** One connection's questions for the server's time: the request itself, then its pings. */
export class ClockQuestion {
  #askedMs = performance.now()
  #isOpen = true

  /** The request begins to be sent only now. */
  connected(): void {
    this.#askedMs = performance.now()
  }

  ping(): void {
    // With two under way an answer could be taken for the other's; then neither counts.
    this.#isOpen = !this.#isOpen
    this.#askedMs = performance.now()
  }

  /** What the server's answer, heard at `answeredMs`, says; null when that is not known. */
  answer(serverTime: string | undefined, answeredMs: number): ClockSample | null {
    const isOpen = this.#isOpen
    this.#isOpen = false
    if (!isOpen || serverTime === undefined) return null
    const askedMs = Math.min(this.#askedMs, answeredMs)
    return { askedMs, answeredMs, serverMs: Date.parse(serverTime) }
  }
}
