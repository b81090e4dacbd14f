import type { GapEvent } from '../../../protocol/events.ts'
import type { Announcement, Broker } from '../../ports/broker.ts'
import { leaseMs } from '../../ports/leases.ts'
import { ownGapId, serverProducer, type Log } from '../../ports/log.ts'
import type { Logger } from '../../ports/telemetry.ts'

export interface GapKeeperOptions {
  readonly log: Log
  readonly broker: Broker
  readonly logger: Logger
  /** Whether a producer is connected, or may still come back within its lease. */
  readonly isHeld: (channel: string) => boolean
  readonly setTimer: (run: () => void, ms: number) => unknown
  readonly clearTimer: (timer: unknown) => void
}

/** A little after the lease, so that it is over when it is looked at. */
const graceMs = 100
/** How soon a gap that could not be stored is tried again. */
const retryMs = 5000
type Reason = 'tuner-offline' | 'server-restart'

/**
 * Opens the gaps that only the server can tell: `server-restart` for what was live when it stopped,
 * `tuner-offline` when a live producer's lease ends. The log itself opens one after `end`, and ends each
 * when a live run is heard (ports/log.ts), so that looking again after a crash is always safe.
 */
export class GapKeeper implements AsyncDisposable {
  readonly #options: GapKeeperOptions
  readonly #timers = new Map<string, unknown>()
  readonly #opening = new Map<string, Promise<void>>()
  #closed = false

  constructor(options: GapKeeperOptions) {
    this.#options = options
  }

  /** Before anybody is let in: whatever was live then is not monitored now. */
  async start(channels: readonly string[]): Promise<void> {
    await Promise.all(channels.map((channel) => this.#open(channel, 'server-restart')))
  }

  take(announcement: Announcement): void {
    if (announcement.type !== 'feed') return
    if (announcement.connected) this.#cancel(announcement.channel)
    else this.#lookAfter(announcement.channel, 'tuner-offline', leaseMs + graceMs)
  }

  /** A lease ended without a word: its node may be gone, and with it whoever would have said so. */
  lapsed(channel: string): void {
    if (!this.#closed && !this.#timers.has(channel)) void this.#open(channel, 'tuner-offline')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    for (const channel of [...this.#timers.keys()]) this.#cancel(channel)
    await Promise.all(this.#opening.values())
  }

  #cancel(channel: string): void {
    const timer = this.#timers.get(channel)
    if (timer !== undefined) this.#options.clearTimer(timer)
    this.#timers.delete(channel)
  }

  #lookAfter(channel: string, reason: Reason, ms: number): void {
    this.#cancel(channel)
    if (this.#closed) return
    const timer = this.#options.setTimer(() => {
      this.#timers.delete(channel)
      void this.#open(channel, reason)
    }, ms)
    this.#timers.set(channel, timer)
  }

  /** One after the other in a channel: each takes the server's next number there. */
  #open(channel: string, reason: Reason): Promise<void> {
    const before = this.#opening.get(channel) ?? Promise.resolve()
    const opening = before
      .then(() => this.#tell(channel, reason))
      .catch((error: unknown) => {
        this.#options.logger.error({ err: error, channel, reason }, 'a gap could not be stored')
        this.#lookAfter(channel, reason, retryMs)
      })
      .finally(() => {
        if (this.#opening.get(channel) === opening) this.#opening.delete(channel)
      })
    this.#opening.set(channel, opening)
    return opening
  }

  async #tell(channel: string, reason: Reason): Promise<void> {
    const { log, broker, isHeld } = this.#options
    if (isHeld(channel)) return
    const monitoring = await log.monitoring(channel)
    if (monitoring === null || monitoring.isAbsent) return
    const { run, lastMs, ended } = monitoring
    const { received } = await log.producer(channel, serverProducer)
    const event: GapEvent = {
      seq: received + 1,
      type: 'gap',
      run,
      id: ownGapId(run, lastMs),
      from: new Date(lastMs).toISOString(),
      to: null,
      // After its `end` nobody was expected, whatever happened to the server.
      reason: ended ? 'tuner-offline' : reason,
    }
    const fence = Number.POSITIVE_INFINITY
    const result = await log.append({ channel, producer: serverProducer, fence, events: [event] })
    if (result.ok && result.entries.length > 0)
      broker.announce({ type: 'entries', channel, entries: result.entries })
  }
}
