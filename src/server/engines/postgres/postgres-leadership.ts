import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Leadership, LeadName, LeadWork } from '../../ports/leadership.ts'
import type { Logger } from '../../ports/telemetry.ts'
import type { Postgres } from './database.ts'

export interface PostgresLeadershipOptions {
  /** Best of its own: a lease that waits behind other work for a connection is lost. */
  readonly database: Postgres
  readonly logger: Logger
  /** Test seam; without a renewal somebody else leads after so long. */
  readonly leaseMs?: number | undefined
}

const usualLeaseMs = 5000
/** In a lease; as often those who wait look whether it is over. The last of it is not used: clocks and timers differ. */
const renewals = 5
/** Payload: the name of what nobody leads any more. */
const freed = 'ccr_leader_freed'

interface Taken {
  readonly term: number
  /** When it was asked for, on the clock of `performance.now()`. */
  readonly askedMs: number
}

const termRow = z.object({ term: z.number() })

/**
 * A row a name, with a term and a lease by the server's clock. The leader counts its lease from when it asked for it, on a
 * clock that nobody sets: it ends here before it ends there.
 */
export class PostgresLeadership implements Leadership {
  readonly #options: PostgresLeadershipOptions
  readonly #leaseMs: number
  readonly #renewMs: number

  constructor(options: PostgresLeadershipOptions) {
    this.#options = options
    this.#leaseMs = options.leaseMs ?? usualLeaseMs
    this.#renewMs = this.#leaseMs / renewals
  }

  async hold(name: LeadName, work: LeadWork, signal: AbortSignal): Promise<void> {
    const { database } = this.#options
    let wake: () => void = () => undefined
    database.listen(freed, (payload) => (payload === name || payload === '') && wake(), signal)
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => (wake = resolve))
      const taken = await this.#take(name)
      if (taken !== undefined) {
        await this.#lead(name, taken, work, signal)
        // Work that fails at once is not begun again at once; others may try it meanwhile.
        await pause(this.#renewMs, signal)
        continue
      }
      const waited = new AbortController()
      const either = AbortSignal.any([signal, waited.signal])
      await Promise.race([pause(this.#renewMs, either), woken])
      waited.abort()
    }
  }

  /** A new lead; undefined while another lasts. */
  async #take(name: LeadName): Promise<Taken | undefined> {
    const { database, logger } = this.#options
    try {
      await database.query(
        "INSERT INTO leader VALUES ($1, 0, '-infinity') ON CONFLICT (name) DO NOTHING",
        [name],
      )
      const askedMs = performance.now()
      const { rows } = await database.query(
        `UPDATE leader SET term = term + 1, until = clock_timestamp() + $2 * interval '1 ms'
         WHERE name = $1 AND until <= clock_timestamp() RETURNING term`,
        [name, this.#leaseMs],
      )
      return rows.map((row) => ({ ...termRow.parse(row), askedMs }))[0]
    } catch (error) {
      logger.debug({ err: error, name }, 'nobody can be made the leader now')
      return undefined
    }
  }

  async #lead(
    name: LeadName,
    { term, askedMs }: Taken,
    work: LeadWork,
    signal: AbortSignal,
  ): Promise<void> {
    const { logger } = this.#options
    const over = new AbortController()
    const both = AbortSignal.any([signal, over.signal])
    logger.info({ name, term }, 'this node leads')
    const working = work(both, term)
      .catch((error: unknown) =>
        logger.error({ err: error, name }, 'what a leader does has failed'),
      )
      .finally(() => over.abort())
    const isLost = await this.#renew(name, term, askedMs, both)
    over.abort()
    await working
    if (isLost) logger.warn({ name, term }, 'this node does not lead any more')
    else await this.#free(name, term)
  }

  /** Until `signal` aborts: false; or until the lease could not be renewed in time: true. */
  async #renew(
    name: LeadName,
    term: number,
    takenMs: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    const usedMs = this.#leaseMs - this.#renewMs
    let endMs = takenMs + usedMs
    for (;;) {
      await pause(this.#renewMs, signal)
      if (signal.aborted) return false
      const askedMs = performance.now()
      // A server that is cut off does not answer at all.
      const answer = await Promise.race([
        this.#extend(name, term),
        pause(Math.max(0, endMs - askedMs), signal),
      ])
      if (answer === 'taken') return true
      if (answer === 'extended') endMs = askedMs + usedMs
      if (performance.now() >= endMs) return true
    }
  }

  async #extend(name: LeadName, term: number): Promise<'extended' | 'taken' | 'unknown'> {
    try {
      const { rowCount } = await this.#options.database.query(
        `UPDATE leader SET until = clock_timestamp() + $3 * interval '1 ms'
         WHERE name = $1 AND term = $2`,
        [name, term, this.#leaseMs],
      )
      return rowCount === 0 ? 'taken' : 'extended'
    } catch {
      // It is asked again as long as the lease lasts; the database tells of itself.
      return 'unknown'
    }
  }

  /** Others need not wait for the end of a lease that nobody uses. */
  async #free(name: LeadName, term: number): Promise<void> {
    try {
      await this.#options.database.query(
        `WITH gone AS (
           UPDATE leader SET until = clock_timestamp() WHERE name = $1 AND term = $2 RETURNING name
         ) SELECT pg_notify('${freed}', name) FROM gone`,
        [name, term],
      )
    } catch {
      // The lease runs out by itself.
    }
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined)
}
