import { sleep } from './uploader.ts'

export const paces = ['realtime', 'fast'] as const
export type Pace = (typeof paces)[number]

/** Waits shorter than this are not worth a timer. */
const shortestWaitMs = 4

/**
 * Holds recorded groups back until their moment. The wall clock only says where to begin: when it is set
 * while a recording runs, the recording runs on as before.
 */
export class Pacer {
  #zeroMs: number | undefined

  /** `zeroWallMs`: when FTS 0 is or was; null when that is the moment of the first group to wait for. */
  constructor(zeroWallMs: number | null) {
    if (zeroWallMs === null) return
    // A clock that was set back since then does not hold a recording back.
    this.#zeroMs = performance.now() - Math.max(0, Date.now() - zeroWallMs)
  }

  async wait(fts: number, signal: AbortSignal): Promise<void> {
    this.#zeroMs ??= performance.now() - fts
    const wait = this.#zeroMs + fts - performance.now()
    if (wait > shortestWaitMs) await sleep(wait, signal)
  }
}
