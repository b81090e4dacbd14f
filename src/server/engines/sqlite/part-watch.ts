import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { messageOf } from '../../../protocol/message-of.ts'
import type { Logger } from '../../ports/telemetry.ts'

/** Sees when another connection has changed a part of ccr.db (directory-schema.ts). A look costs microseconds. */
export class PartWatch {
  readonly #dataVersion: StatementSync
  readonly #changes: StatementSync
  readonly #part: string
  readonly #logger: Logger | undefined
  #version = -1
  #seen = -1
  /** Why other processes' changes cannot be read; what was read before goes on to hold. */
  #problem: string | null = null

  constructor(db: DatabaseSync, part: 'directory' | 'accounts', logger: Logger | undefined) {
    this.#dataVersion = db.prepare('PRAGMA data_version')
    this.#changes = db.prepare('SELECT changes FROM part WHERE name = ?')
    this.#part = part
    this.#logger = logger
  }

  /** What is read from now on is up to date with the part as it is now. */
  note(): void {
    this.#version = this.#readVersion()
    this.#seen = this.#readChanges()
  }

  /** Calls `load` when the part has changed since the last note; true when it did. It must note. */
  look(load: () => void): boolean {
    const before = this.#version
    try {
      const version = this.#readVersion()
      if (version === before) return false
      // Noted first: what changes meanwhile is looked at again.
      this.#version = version
      if (this.#readChanges() === this.#seen) return false
      load()
    } catch (error) {
      // Read anew at the next look; who is allowed what stays as it was.
      this.#version = before
      this.#report(messageOf(error))
      return false
    }
    this.#report(null)
    return true
  }

  #report(problem: string | null): void {
    if (problem === this.#problem) return
    this.#problem = problem
    if (problem === null) this.#logger?.info({}, 'ccr.db can be read again')
    else this.#logger?.error({}, `ccr.db cannot be read, and what it said before holds: ${problem}`)
  }

  /** Changes when another connection has committed. */
  #readVersion(): number {
    return Number(this.#dataVersion.get()?.['data_version'])
  }

  #readChanges(): number {
    return Number(this.#changes.get(this.#part)?.['changes'])
  }
}
