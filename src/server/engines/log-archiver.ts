import { messageOf } from '../../protocol/message-of.ts'
import { CcrError, isStorageDown } from '../../protocol/codes.ts'
import type { Health, HealthSource } from '../ports/health.ts'
import type { Logger } from '../ports/telemetry.ts'
import type { LogKeeper, LogSource } from './rules/kept-log.ts'

export interface LogArchiverOptions {
  readonly source: LogSource
  readonly keeper: LogKeeper
  readonly logger: Logger
  readonly everyMs: number
  readonly now: () => number
}

/** Operations of a channel that are moved in one transaction. */
const mostPerTransaction = 500
/** Channels that are moved at the same time. */
const atOnce = 8
/** What has waited longer than this is told to an operator. */
const lateMs = 60_000
/** Of the time between two passes: how long what one node takes is left to it. */
const claimed = 0.9

/**
 * Moves what nodes have received out of the log that may be lost into the archive that may not. Any number of nodes may
 * do so at once: each channel is taken by whoever comes first, what one has moved another passes over, and what does not
 * continue the archive is refused by it.
 */
export class LogArchiver implements AsyncDisposable, HealthSource {
  readonly #options: LogArchiverOptions
  readonly #stop = new AbortController()
  /** When each channel that could not be moved wholly was first found so. */
  readonly #behind = new Map<string, number>()
  /** Up to where the archive holds a channel, at least. */
  readonly #versions = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #passing: Promise<void> | undefined
  #problem: string | undefined
  /** Operations moved since the start. */
  moved = 0

  constructor(options: LogArchiverOptions) {
    this.#options = options
  }

  start(): void {
    const { everyMs } = this.#options
    const next = (): void => {
      if (this.#stop.signal.aborted) return
      this.#timer = setTimeout(() => void this.pass().finally(next), everyMs)
    }
    next()
    this.#stop.signal.addEventListener('abort', () => clearTimeout(this.#timer), { once: true })
  }

  /** Moves everything that was received before the call. */
  async pass(): Promise<void> {
    // A pass that goes on may have looked at a channel already.
    await this.#passing
    this.#passing ??= this.#pass().finally(() => (this.#passing = undefined))
    await this.#passing
  }

  /** Seconds since the oldest that should have been moved could not be. */
  lagSeconds(): number {
    const first = Math.min(...this.#behind.values())
    return Number.isFinite(first) ? Math.max(0, this.#options.now() - first) / 1000 : 0
  }

  health(): Health {
    if (this.#problem === undefined || this.lagSeconds() * 1000 < lateMs)
      return { ok: true, problems: [] }
    const seconds = Math.round(this.lagSeconds())
    // Live goes on, and what is received waits in Redis and in the tuners' spools.
    return { ok: true, problems: [`nothing is archived since ${seconds} s: ${this.#problem}`] }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#passing
  }

  async #pass(): Promise<void> {
    const { source, logger } = this.#options
    try {
      const waiting = [...(await source.unarchived())]
      for (const channel of [...this.#behind.keys()])
        if (!waiting.includes(channel)) this.#behind.delete(channel)
      const movers = Array.from({ length: Math.min(atOnce, waiting.length) }, async () => {
        for (let channel = waiting.pop(); channel !== undefined; channel = waiting.pop()) {
          if (this.#stop.signal.aborted) return
          await this.#move(channel)
        }
      })
      await Promise.all(movers)
      if (this.#behind.size === 0) this.#problem = undefined
    } catch (error) {
      this.#fail(error)
      if (!isStorageDown(error)) logger.error({ err: error }, 'what was received is not archived')
    }
  }

  async #move(channel: string): Promise<void> {
    const { source, keeper, logger, now, everyMs } = this.#options
    const since = this.#behind.get(channel) ?? now()
    this.#behind.set(channel, since)
    try {
      if (!(await source.claim(channel, Math.ceil(claimed * everyMs)))) {
        // Whoever takes it tells how far it is behind.
        this.#behind.delete(channel)
        return
      }
      let version = this.#versions.get(channel) ?? (await this.#ask(channel))
      for (;;) {
        const before = version
        // With the last that it holds, which tells the archive whether the log goes on from there.
        const page = await source.operations(channel, Math.max(0, version - 1), mostPerTransaction)
        const last = page.operations.at(-1)
        if (last !== undefined) {
          const kept = await keeper.keep(channel, page.epoch, page.operations)
          if (kept === 'stale') {
            this.#versions.delete(channel)
            await source.verify(channel)
            return
          }
          version = Math.max(version, last.version)
          this.#versions.set(channel, version)
          this.moved += page.operations.filter((one) => one.version > before).length
        }
        await source.archived(channel, page.epoch, version)
        if (version >= page.holds || version === before) break
      }
      this.#behind.delete(channel)
    } catch (error) {
      this.#fail(error)
      if (!isStorageDown(error))
        logger.error({ err: error, channel }, 'a channel could not be archived')
      // Another may reach what this one does not.
      await source.release(channel).catch(() => undefined)
    }
  }

  /** Up to where the archive holds a channel. */
  async #ask(channel: string): Promise<number> {
    const { source, keeper } = this.#options
    const { epoch } = await source.operations(channel, 0, 1)
    const { version } = await keeper.load(channel, epoch)
    this.#versions.set(channel, version)
    return version
  }

  #fail(error: unknown): void {
    const text = error instanceof CcrError ? error.cause : error
    this.#problem = messageOf(text)
  }
}
