import { statSync } from 'node:fs'
import { messageOf } from '../../../../../protocol/message-of.ts'
import { indexFile, indexMonths, volumeMonths } from '../../data-folder.ts'
import { openReadable } from '../../database.ts'
import { IndexVolume } from './index-volume.ts'
import { PostingCache } from './posting-cache.ts'
import { TableCache } from './table-cache.ts'
import { indexMigrations } from '../format/index-schema.ts'

/** A reader in constant use sees what is new after this long. */
const refreshMs = 2000
const maxOpen = 40
/** A list of files so old is taken as it is: all that one search asks for is then of one list. */
const listFreshMs = 200

interface Holding {
  readonly volume: IndexVolume
  readonly ino: number
  /** Searches that read from it, all of one moment. */
  uses: number
  beganMs: number
  isRetired: boolean
}

/** Months of the index as long as searches need them: each opened when it is first asked for, and kept at that moment. */
export interface Lease {
  /** Ascending. */
  readonly months: readonly number[]
  volume(month: number): IndexVolume | undefined
  /** What could not be opened so far, one sentence each. */
  readonly problems: readonly string[]
  release(): void
}

/** The months of the index, opened when they are searched. */
export class IndexVolumes {
  readonly #dataDir: string
  readonly #open = new Map<number, Holding>()
  readonly #tables = new TableCache()
  readonly #lists = new PostingCache()
  #listed = {
    indexed: [] as readonly number[],
    missing: [] as readonly number[],
    readMs: -Infinity,
  }

  constructor(dataDir: string) {
    this.#dataDir = dataDir
  }

  /** Months that have an index within [fromMonth, toMonth]. */
  lease(fromMonth: number, toMonth: number, nowMs: number): Lease {
    const holdings = new Map<number, Holding | undefined>()
    const problems: string[] = []
    return {
      months: this.#list(nowMs).indexed.filter((month) => month >= fromMonth && month <= toMonth),
      problems,
      volume: (month) => {
        if (!holdings.has(month)) holdings.set(month, this.#holdOrTell(month, nowMs, problems))
        return holdings.get(month)?.volume
      },
      release: () => {
        for (const holding of holdings.values()) if (holding !== undefined) this.#release(holding)
        holdings.clear()
        this.#closeIdle()
      },
    }
  }

  #holdOrTell(month: number, nowMs: number, problems: string[]): Holding | undefined {
    try {
      return this.#hold(month, nowMs)
    } catch (error) {
      this.#forget(month)
      const reason = messageOf(error)
      problems.push(`${indexFile(this.#dataDir, month)} cannot be searched: ${reason}.`)
      return undefined
    }
  }

  /** Months with cues and without an index. */
  missing(nowMs: number): readonly number[] {
    return this.#list(nowMs).missing
  }

  close(): void {
    for (const { volume } of this.#open.values()) volume.close()
    this.#open.clear()
  }

  #list(nowMs: number): { indexed: readonly number[]; missing: readonly number[] } {
    if (Math.abs(nowMs - this.#listed.readMs) >= listFreshMs) {
      const indexed = indexMonths(this.#dataDir).sort((a, b) => a - b)
      const missing = volumeMonths(this.#dataDir).filter((month) => !indexed.includes(month))
      this.#listed = { indexed, missing, readMs: nowMs }
    }
    return this.#listed
  }

  #hold(month: number, nowMs: number): Holding | undefined {
    let holding = this.#open.get(month)
    const { ino } = statSync(indexFile(this.#dataDir, month))
    const isStale =
      holding !== undefined &&
      // Made anew, it is another file; held for long, it shows what is long past.
      (holding.ino !== ino || (holding.uses > 0 && nowMs - holding.beganMs > refreshMs))
    if (isStale) {
      this.#forget(month)
      holding = undefined
    }
    if (holding === undefined) {
      const db = openReadable(indexFile(this.#dataDir, month), indexMigrations)
      if (db === undefined) return undefined
      const volume = new IndexVolume(db, month, this.#tables, this.#lists)
      holding = { volume, ino, uses: 0, beganMs: nowMs, isRetired: false }
    }
    this.#open.delete(month)
    this.#open.set(month, holding)
    if (holding.uses === 0) {
      holding.volume.db.exec('BEGIN')
      holding.beganMs = nowMs
      try {
        holding.volume.refresh()
      } catch (error) {
        holding.volume.db.exec('COMMIT')
        throw error
      }
    }
    holding.uses++
    return holding
  }

  #release(holding: Holding): void {
    holding.uses--
    if (holding.uses > 0) return
    holding.volume.db.exec('COMMIT')
    if (holding.isRetired) holding.volume.close()
  }

  #forget(month: number): void {
    const holding = this.#open.get(month)
    this.#open.delete(month)
    if (holding === undefined) return
    if (holding.uses === 0) holding.volume.close()
    else holding.isRetired = true
  }

  #closeIdle(): void {
    for (const [month, { volume, uses }] of this.#open) {
      if (this.#open.size <= maxOpen) break
      if (uses > 0) continue
      volume.close()
      this.#open.delete(month)
    }
  }
}
