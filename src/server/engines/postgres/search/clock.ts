import type { Queryable } from '../database.ts'

/** `query_canceled`: a statement took longer than it may. */
const cancelled = '57014'

/**
 * Read one after the other, rows would be asked for their vectors, of which PostgreSQL thinks little, and which take most of
 * the time: an index of words answers without.
 */
const ways = {
  any: 'SET LOCAL enable_seqscan = on; SET LOCAL enable_indexscan = on',
  index: 'SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off',
}

/** The time that a search may take, within its transaction. */
export class SearchClock {
  readonly #client: Queryable
  readonly #deadlineMs: number

  constructor(client: Queryable, timeLimitMs: number) {
    this.#client = client
    this.#deadlineMs = performance.now() + timeLimitMs
  }

  get isOver(): boolean {
    return performance.now() >= this.#deadlineMs
  }

  /**
   * False when time ran out, before or within its query, or when it says so itself: what was found up to there stands, and
   * the transaction goes on. `by`: how rows are found.
   */
  async within(work: () => Promise<unknown>, by: keyof typeof ways = 'any'): Promise<boolean> {
    if (this.isOver) return false
    await this.#client.query(`SAVEPOINT timed; ${this.#limit()}; ${ways[by]}`)
    let isWhole = true
    try {
      if ((await work()) === false) isWhole = false
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== cancelled) throw error
      await this.#client.query('ROLLBACK TO SAVEPOINT timed; SET LOCAL statement_timeout = 0')
      return false
    }
    await this.#client.query(
      `RELEASE SAVEPOINT timed; SET LOCAL statement_timeout = 0; ${ways.any}`,
    )
    return isWhole
  }

  /** Limits the next query to the time that is left: to be called between several of them. */
  async limit(): Promise<void> {
    await this.#client.query(this.#limit())
  }

  #limit(): string {
    // 0 would be no limit at all.
    const left = Math.max(1, Math.ceil(this.#deadlineMs - performance.now()))
    return `SET LOCAL statement_timeout = ${left}`
  }
}
