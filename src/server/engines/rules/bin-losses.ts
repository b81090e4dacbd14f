import type { BinLoss } from '../../ports/archive.ts'
import type { Logger } from '../../ports/telemetry.ts'

/** Beyond these a store is lost, and the log need not say more. */
const mostLosses = 1000

/** Files of original bytes that were asked for and could not be read: each is told once. */
export class BinLosses {
  readonly #logger: Logger | undefined
  readonly #known = new Set<string>()

  constructor(logger: Logger | undefined) {
    this.#logger = logger
  }

  tell(channel: string, loss: BinLoss): void {
    const key = `${channel} ${loss.run} ${loss.from.slice(0, 13)}`
    if (this.#known.has(key) || this.#known.size >= mostLosses) return
    this.#known.add(key)
    this.#logger?.error({ channel, ...loss }, 'original bytes cannot be read, and are passed over')
  }

  /** As an engine's health tells it. */
  get problems(): readonly string[] {
    const { size } = this.#known
    return size === 0
      ? []
      : [`${size} files of original bytes were asked for and cannot be read; see the log.`]
  }
}
