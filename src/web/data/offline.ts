import { useEffect, useSyncExternalStore } from 'react'

const shortestWaitMs = 4000
const longestWaitMs = 30_000
const heardKey = 'ccr.heard'
const noteEveryMs = 60_000

/** Whether this page came without its server, and the asking whether it is there again. */
class Offline {
  // The service worker's mark on a page that came without its server.
  #is = document.documentElement.dataset['offline'] !== undefined
  #waitMs = shortestWaitMs
  #timer: number | undefined
  readonly #listeners = new Set<() => void>()

  readonly get = (): boolean => this.#is

  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (this.#is && this.#timer === undefined) {
      window.addEventListener('online', this.askNow)
      this.#askLater()
    }
    return () => this.#listeners.delete(listener)
  }

  readonly askNow = (): void => {
    clearTimeout(this.#timer)
    void this.#ask()
  }

  #askLater(): void {
    this.#timer = window.setTimeout(this.askNow, this.#waitMs)
    this.#waitMs = Math.min(this.#waitMs * 1.5, longestWaitMs)
  }

  async #ask(): Promise<void> {
    if (!(await isThere())) {
      this.#askLater()
      return
    }
    this.#is = false
    delete document.documentElement.dataset['offline']
    window.removeEventListener('online', this.askNow)
    for (const listener of this.#listeners) listener()
  }
}

async function isThere(): Promise<boolean> {
  try {
    return (await fetch('/readyz', { cache: 'no-store' })).ok
  } catch {
    return false
  }
}

const offline = new Offline()
export const askNow = offline.askNow

/** True until the server answers again. */
export function useOffline(): boolean {
  return useSyncExternalStore(offline.onChange, offline.get)
}

/** Notes, while the server is heard, that it was: the page that comes without it says since when that is. */
export function useHeard(isHeard: boolean): void {
  useEffect(() => {
    if (!isHeard) return undefined
    const note = (): void => {
      try {
        localStorage.setItem(heardKey, new Date().toISOString())
      } catch {
        // Nobody will know since when, then.
      }
    }
    note()
    const timer = setInterval(note, noteEveryMs)
    return () => {
      clearInterval(timer)
      note()
    }
  }, [isHeard])
}

/** When the server was last heard in this browser; null = never, or it is not known. */
export function lastHeard(): string | null {
  try {
    const at = localStorage.getItem(heardKey)
    return at === null || Number.isNaN(Date.parse(at)) ? null : at
  } catch {
    return null
  }
}
