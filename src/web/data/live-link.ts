import { LiveClient, type LiveClientOptions, type LiveSocket } from '../../protocol/live/live-client.ts'

/** A connection of this page to the server's live captions. */
export class LiveLink {
  readonly client: LiveClient
  readonly #timers = new Map<number, () => void>()

  constructor(handlers: LiveClientOptions['handlers']) {
    const url = new URL('/api/v1/live', location.href)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    this.client = new LiveClient({
      url: url.href,
      openSocket: (address, protocols) => new WebSocket(address, protocols) as unknown as LiveSocket,
      handlers,
      now: Date.now,
      random: Math.random,
      setTimer: (run, ms) => this.#setTimer(run, ms),
      clearTimer: (timer) => this.#clearTimer(timer as number),
    })
    // A phone that wakes, or finds its network again, does not sit out a long wait.
    window.addEventListener('online', this.tryNow)
    document.addEventListener('visibilitychange', this.#shown)
  }

  /** While a connection is waited for, the only timer is the one that ends the wait. */
  readonly tryNow = (): void => {
    if (this.client.connection.status !== 'waiting') return
    // The attempt has timers of its own, which are not to be run.
    for (const [timer, run] of [...this.#timers]) {
      this.#clearTimer(timer)
      run()
    }
  }

  close(): void {
    window.removeEventListener('online', this.tryNow)
    document.removeEventListener('visibilitychange', this.#shown)
    this.client.close()
  }

  readonly #shown = (): void => {
    if (!document.hidden) this.tryNow()
  }

  #setTimer(run: () => void, ms: number): number {
    const timer = window.setTimeout(() => {
      this.#timers.delete(timer)
      run()
    }, ms)
    this.#timers.set(timer, run)
    return timer
  }

  #clearTimer(timer: number): void {
    clearTimeout(timer)
    this.#timers.delete(timer)
  }
}
