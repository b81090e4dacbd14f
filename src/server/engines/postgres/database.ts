import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { CcrError } from '../../../protocol/codes.ts'
import type { Health, HealthSource } from '../../ports/health.ts'
import type { Logger } from '../../ports/telemetry.ts'
import { isPassing } from './passing.ts'

export interface PostgresOptions {
  /** `postgres://user:password@host:port/name?sslmode=verify-full&sslrootcert=…` */
  readonly url: string
  readonly logger?: Logger | undefined
  /** Of this process; default 10. */
  readonly mostConnections?: number | undefined
}

/** What a query or a transaction runs on. */
export type Queryable = Pick<pg.ClientBase, 'query'>

/** What single queries run on: the pool, or a transaction. */
export interface Readable {
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(
    text: string,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>>
}

/** A server that does not answer is as good as none: what waits for it must be told. */
const connectMs = 5000
const answerMs = 20_000
/** Nobody waits for a server that did not answer a moment ago. */
const restMs = 2000
/** A process that is paused in a transaction must not keep others from its rows: the server ends what idles in one. */
const idleMs = 5000
/** Between two attempts to hear notifications again. */
const listenAgainMs = 1000
const int8 = 20

/** A pool of connections to PostgreSQL 15 or newer. `bigint` columns are read as numbers: all of ours are below 2^53. */
export class Postgres implements AsyncDisposable, HealthSource {
  readonly #options: PostgresOptions
  readonly #pool: pg.Pool
  readonly #closing = new AbortController()
  readonly #listeners = new Map<string, Set<(payload: string) => void>>()
  #listening: Promise<void> | undefined
  #ear: pg.Client | undefined
  #problem: string | undefined
  #restUntil = 0

  constructor(options: PostgresOptions) {
    this.#options = options
    this.#pool = new pg.Pool({ ...this.#clientOptions(), max: options.mostConnections ?? 10 })
    // A connection that breaks while nobody uses it; the pool replaces it.
    this.#pool.on('error', (error) => this.#fail(error))
  }

  /** Rejects with `storage-unavailable` (CcrError) when trying again can help. */
  async query<Row extends pg.QueryResultRow = pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<pg.QueryResult<Row>> {
    return await this.#guard(() => this.#pool.query<Row>(text, [...values]))
  }

  /** All of it or nothing; the same errors as `query`. */
  transaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    return this.#within('BEGIN', work)
  }

  /** Reads that see one moment; the same errors as `query`. */
  snapshot<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    return this.#within('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', work)
  }

  /**
   * Calls the listener for every `NOTIFY` of a channel, and with an empty text when some may have been missed, until
   * `signal` aborts.
   */
  listen(channel: string, listener: (payload: string) => void, signal: AbortSignal): void {
    if (signal.aborted) return
    const listeners = this.#listeners.get(channel) ?? new Set()
    this.#listeners.set(channel, listeners)
    const own = (payload: string): void => listener(payload)
    listeners.add(own)
    signal.addEventListener('abort', () => listeners.delete(own), { once: true })
    // Whoever comes later is told too from when on nothing is missed.
    void this.#ear?.query(`LISTEN ${pg.escapeIdentifier(channel)}`).then(
      () => listeners.has(own) && own(''),
      () => undefined,
    )
    this.#listening ??= this.#listenAll()
  }

  health(): Health {
    return this.#problem === undefined
      ? { ok: true, problems: [] }
      : { ok: false, problems: [`PostgreSQL: ${this.#problem}`] }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    await this.#ear?.end().catch(() => undefined)
    await this.#listening
    await this.#pool.end()
  }

  async #within<T>(begin: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    return await this.#guard(async () => {
      const client = await this.#pool.connect()
      let broken: Error | undefined
      // A connection that ends between two queries: the next one says so.
      const note = (error: Error): void => void (broken = error)
      client.on('error', note)
      try {
        await client.query(begin)
        const result = await work(client)
        await client.query('COMMIT')
        return result
      } catch (error) {
        await client.query('ROLLBACK').catch((rollback: unknown) => (broken = asError(rollback)))
        throw error
      } finally {
        client.off('error', note)
        // One that cannot be rolled back is not used again.
        client.release(broken)
      }
    })
  }

  #clientOptions(): pg.ClientConfig {
    return {
      connectionString: this.#options.url,
      application_name: 'ccr',
      connectionTimeoutMillis: connectMs,
      query_timeout: answerMs,
      idle_in_transaction_session_timeout: idleMs,
      keepAlive: true,
      types: { getTypeParser: readType as typeof pg.types.getTypeParser },
    }
  }

  async #guard<T>(work: () => Promise<T>): Promise<T> {
    if (performance.now() < this.#restUntil) throw new CcrError('storage-unavailable')
    const began = performance.now()
    try {
      const result = await work()
      if (this.#problem !== undefined) this.#options.logger?.info({}, 'PostgreSQL answers again')
      this.#problem = undefined
      return result
    } catch (error) {
      if (!isPassing(error)) throw error
      this.#fail(asError(error))
      if (performance.now() - began >= connectMs) this.#restUntil = performance.now() + restMs
      throw new CcrError('storage-unavailable', undefined, { cause: error })
    }
  }

  #fail(error: Error): void {
    if (this.#problem === undefined)
      this.#options.logger?.error({ err: error }, 'PostgreSQL does not answer')
    this.#problem = error.message
  }

  async #listenAll(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      const ear = new pg.Client({ ...this.#clientOptions(), query_timeout: connectMs })
      try {
        const over = new Promise<void>((resolve) => {
          ear.on('error', () => resolve())
          ear.on('end', () => resolve())
        })
        await ear.connect()
        this.#ear = ear
        ear.on('notification', ({ channel, payload }) => this.#tell(channel, payload ?? ''))
        for (const channel of this.#listeners.keys())
          await ear.query(`LISTEN ${pg.escapeIdentifier(channel)}`)
        for (const channel of this.#listeners.keys()) this.#tell(channel, '')
        await this.#watch(ear, over)
      } catch (error) {
        this.#fail(asError(error))
      }
      this.#ear = undefined
      await ear.end().catch(() => undefined)
      await sleep(listenAgainMs, undefined, { signal }).catch(() => undefined)
    }
  }

  /** Until the connection is over. One whose other end was cut off says nothing: it is asked now and then. */
  async #watch(ear: pg.Client, over: Promise<void>): Promise<void> {
    const asking = setInterval(() => {
      ear.query('SELECT 1').catch((error: unknown) => {
        // Sooner than what waits for a long answer could tell.
        if (!this.#closing.signal.aborted) this.#fail(asError(error))
        void ear.end().catch(() => undefined)
      })
    }, connectMs)
    await over
    clearInterval(asking)
  }

  #tell(channel: string, payload: string): void {
    for (const listener of this.#listeners.get(channel) ?? []) listener(payload)
  }
}

function readType(oid: number, format: 'text' | 'binary'): unknown {
  const parserOf = pg.types.getTypeParser as (oid: number, format: string) => unknown
  return oid === int8 ? Number : parserOf(oid, format)
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
