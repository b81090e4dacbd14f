import { setTimeout as sleep } from 'node:timers/promises'
import { CcrError, isStorageDown } from '../../../../protocol/codes.ts'
import type { Logger } from '../../../ports/telemetry.ts'
import type { Postgres } from '../database.ts'
import {
  changesAfter,
  journalChannel,
  newestVersion,
  type ChangedRows,
  type RowKind,
} from './journal.ts'

/** Of an engine whose rows are followed. */
export interface FollowedOptions {
  readonly database: Postgres
  readonly now?: (() => number) | undefined
  readonly logger?: Logger | undefined
  /** How often times of use are written and read; null = when it is closed. Default 30 s. */
  readonly beatEveryMs?: number | null | undefined
}

export interface FollowerOptions extends Omit<FollowedOptions, 'now'> {
  readonly name: string
  readonly kinds: ReadonlySet<RowKind>
  /** Reads all rows into memory. */
  readonly load: () => Promise<void>
  /** Reads these rows again; those that are not there any more are forgotten. */
  readonly reload: (changed: ChangedRows) => Promise<void>
  /** Work that is worth no hurry: times of use, what has expired. */
  readonly beat: () => Promise<void>
}

const defaultBeatEveryMs = 30_000

/** How long a start waits for a database that answers, and for all rows. */
const startMs = 60_000
/** After a reading that failed. */
const againMs = 1000
/** Secrets that nobody knows are asked for no more often than this, however many are tried. */
const settleEveryMs = 100
/** And their request goes on without an answer after this. */
const settleWithinMs = 2000

/** Rows that every node holds in memory, read again where another node has changed them. */
export class Follower {
  readonly #options: FollowerOptions
  readonly #ended = new AbortController()
  readonly #listeners = new Set<() => void>()
  /** Up to which memory has all; null = all must be read. */
  #version: number | null = null
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined
  #settling: Promise<void> | undefined
  #settledAtMs = -Infinity
  #timer: NodeJS.Timeout | undefined
  #again: NodeJS.Timeout | undefined
  #problem: string | null = null
  readonly #started = Promise.withResolvers<undefined>()

  constructor(options: FollowerOptions) {
    this.#options = options
  }

  /** Reads everything, and goes on following. Rejects when it cannot be read, or not in time. */
  async start(): Promise<void> {
    const { database, beatEveryMs = defaultBeatEveryMs } = this.#options
    database.listen(
      journalChannel,
      (payload) => {
        if (payload === '') this.#version = null
        else if (this.#version !== null && Number(payload) <= this.#version) return
        this.catchUp().catch((error: unknown) => {
          if (!isStorageDown(error)) this.#started.reject(asError(error))
          this.#retry(error)
        })
      },
      this.#ended.signal,
    )
    const patience = setTimeout(() => {
      this.#started.reject(new CcrError('storage-unavailable', 'PostgreSQL does not answer.'))
    }, startMs)
    try {
      await this.#started.promise
    } catch (error) {
      this.#ended.abort()
      clearTimeout(this.#again)
      throw error
    } finally {
      clearTimeout(patience)
    }
    if (beatEveryMs === null) return
    this.#timer = setInterval(() => void this.#beat(), beatEveryMs)
    this.#timer.unref()
  }

  /** Resolves when memory has all that was committed before the call. Those who call meanwhile share one reading. */
  catchUp(): Promise<void> {
    if (this.#running === undefined) {
      this.#running = this.#read().finally(() => (this.#running = undefined))
      return this.#running
    }
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined
        return this.catchUp()
      })
    return this.#next
  }

  /** The same for whoever asks in vain: at a bounded rate, for a bounded time, and without an error. */
  async settle(): Promise<void> {
    this.#settling ??= this.#settle()
    const patience = new AbortController()
    await Promise.race([
      this.#settling,
      sleep(settleWithinMs, undefined, { signal: patience.signal }).catch(() => undefined),
    ])
    patience.abort()
  }

  onChange(listener: () => void, signal: AbortSignal): void {
    if (signal.aborted) return
    // A wrapper of its own, so that one function may listen twice and stop once.
    const own = (): void => listener()
    this.#listeners.add(own)
    signal.addEventListener('abort', () => this.#listeners.delete(own), { once: true })
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    clearTimeout(this.#again)
    this.#ended.abort()
    this.#listeners.clear()
    await Promise.allSettled([this.#running, this.#next])
    await this.#beat()
  }

  async #read(): Promise<void> {
    const { database, kinds, load, reload } = this.#options
    const before = this.#version
    const news = before === null ? null : await changesAfter(database, before)
    if (news === null) {
      // The version first: what is changed while rows are read is read again.
      const version = await newestVersion(database)
      await load()
      this.#version = version
      this.#tell()
    } else {
      const own = [...news.changed].filter(([kind]) => kinds.has(kind))
      if (own.length > 0) await reload(new Map(own))
      // A notification that some were missed may have come meanwhile.
      if (this.#version === before) this.#version = news.version
      if (own.length > 0) this.#tell()
    }
    if (this.#problem !== null)
      this.#options.logger?.info({}, `${this.#options.name} can be read again`)
    this.#problem = null
    this.#started.resolve(undefined)
  }

  async #settle(): Promise<void> {
    const waitMs = this.#settledAtMs + settleEveryMs - performance.now()
    if (waitMs > 0) await sleep(waitMs)
    this.#settledAtMs = performance.now()
    this.#settling = undefined
    // What memory has goes on to hold.
    await this.catchUp().catch(() => undefined)
  }

  #retry(error: unknown): void {
    if (this.#ended.signal.aborted) return
    const problem = asError(error).message
    if (problem !== this.#problem)
      this.#options.logger?.error(
        { err: error },
        `${this.#options.name} cannot be read, and what was read before holds`,
      )
    this.#problem = problem
    clearTimeout(this.#again)
    this.#again = setTimeout(() => {
      this.catchUp().catch((again: unknown) => this.#retry(again))
    }, againMs)
    this.#again.unref()
  }

  async #beat(): Promise<void> {
    try {
      await this.#options.beat()
    } catch (error) {
      // The next one does it.
      if (!isStorageDown(error))
        this.#options.logger?.error({ err: error }, `${this.#options.name} cannot be tidied`)
    }
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
