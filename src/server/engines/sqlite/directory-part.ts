import type { DatabaseSync } from 'node:sqlite'
import { CcrError } from '../../../protocol/codes.ts'
import type { Logger } from '../../ports/telemetry.ts'
import { storageFailure, transaction } from './database.ts'
import { PartWatch } from './part-watch.ts'

export interface DirectoryPartOptions {
  readonly name: 'directory' | 'accounts'
  /** Reads the part into memory. */
  readonly load: () => void
  /** Writes the times of use that memory has and the file has not; called before every look. */
  readonly writeUses: () => void
  /** How often changes of other processes are looked for; null = never. */
  readonly pollEveryMs?: number | null | undefined
  readonly logger?: Logger | undefined
}

/** A look costs microseconds; what is revoked must end feeds and sockets within seconds. */
const defaultPollEveryMs = 250

/** A part of ccr.db that an engine keeps in memory: read anew when any process changes it, and told to who listens. */
export class DirectoryPart {
  readonly #db: DatabaseSync
  readonly #options: DirectoryPartOptions
  readonly #watch: PartWatch
  readonly #timer: NodeJS.Timeout | undefined
  readonly #listeners = new Set<() => void>()

  /** Reads the part at once. */
  constructor(db: DatabaseSync, options: DirectoryPartOptions) {
    this.#db = db
    this.#options = options
    this.#watch = new PartWatch(db, options.name, options.logger)
    this.#load()
    const { pollEveryMs = defaultPollEveryMs } = options
    if (pollEveryMs === null) return
    this.#timer = setInterval(() => this.poll(), pollEveryMs)
    this.#timer.unref()
  }

  /** How many rows `work` changed, in one transaction; `storage-unavailable` (CcrError) when none can be. */
  async change(work: () => number | bigint): Promise<number> {
    const made = await this.write(work)
    if (made > 0) {
      this.#load()
      this.#tell()
    }
    return made
  }

  /** As `change`, of what is not kept in memory. */
  write(work: () => number | bigint): Promise<number> {
    return new Promise((resolve) => resolve(this.#write(work)))
  }

  /** Looks whether another process has changed something. */
  poll(): void {
    this.#options.writeUses()
    if (this.#watch.look(() => this.#load())) this.#tell()
  }

  /** Worth no fsync: a use forgotten in a power cut harms nobody. False when it has to be tried again later. */
  writeUnsynced(work: () => void): boolean {
    this.#db.exec('PRAGMA synchronous = NORMAL')
    try {
      transaction(this.#db, work)
      return true
    } catch {
      // A full disk or a lock.
      return false
    } finally {
      this.#db.exec('PRAGMA synchronous = FULL')
    }
  }

  onChange(listener: () => void, signal: AbortSignal): void {
    if (signal.aborted) return
    // A wrapper of its own, so that one function may listen twice and stop once.
    const own = (): void => listener()
    this.#listeners.add(own)
    signal.addEventListener('abort', () => this.#listeners.delete(own), { once: true })
  }

  close(): void {
    clearInterval(this.#timer)
    this.#listeners.clear()
    this.#options.writeUses()
    this.#db.close()
  }

  #write(work: () => number | bigint): number {
    try {
      return Number(transaction(this.#db, work))
    } catch (error) {
      const failure = storageFailure(error)
      if (failure === undefined) throw error
      const detail = `Nothing can be changed in ccr.db: ${failure}.`
      throw new CcrError('storage-unavailable', detail, { cause: error })
    }
  }

  #load(): void {
    this.#watch.note()
    this.#options.load()
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}
