import type { Archive } from '../ports/archive.ts'
import type { Broker } from '../ports/broker.ts'
import type { Directory } from '../ports/directory.ts'
import type { Log } from '../ports/log.ts'
import type { Logger } from '../ports/telemetry.ts'

export interface RetentionKeeperOptions {
  readonly directory: Directory
  readonly log: Log
  readonly archive: Archive
  readonly broker: Broker
  readonly logger: Logger
  readonly now: () => number
}

/** The server's own numbers in every channel's log; a client's producer is a UUID. */
const producer = 'server-retention'
const dayMs = 24 * 3_600_000

/** Removes what is older than its channel keeps it, and tells readers so: one entry a channel and pass. */
export class RetentionKeeper {
  readonly #options: RetentionKeeperOptions
  #running: Promise<void> | undefined

  constructor(options: RetentionKeeperOptions) {
    this.#options = options
  }

  /** Joins the pass that is under way. Never rejects: what could not be removed is removed by the next one. */
  pass(): Promise<void> {
    this.#running ??= this.#pass().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #pass(): Promise<void> {
    const { directory, archive, logger, now } = this.#options
    for (const { id, policy } of directory.channels()) {
      if (policy.retentionDays === null) continue
      const before = new Date(now() - policy.retentionDays * dayMs).toISOString()
      try {
        const result = await archive.forget(id, before, () => this.#tell(id, before))
        if (result === 'busy')
          logger.info({ channel: id }, 'nothing is removed for its age while a backup is made')
      } catch (error) {
        logger.error({ err: error, channel: id }, 'what is past its retention could not be removed')
      }
    }
  }

  async #tell(channel: string, before: string): Promise<void> {
    const { log, broker } = this.#options
    const { received } = await log.producer(channel, producer)
    const result = await log.append({
      ...{ channel, producer, fence: Number.POSITIVE_INFINITY },
      events: [{ type: 'removed', seq: received + 1, before }],
    })
    if (result.ok) broker.announce({ type: 'entries', channel, entries: result.entries })
  }
}
