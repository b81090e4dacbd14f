import { existsSync, readdirSync, rmSync } from 'node:fs'
import { messageOf } from '../../../../../protocol/message-of.ts'
import { indexDir, indexFile, rebuildMark, syncFolder, volumeMonths } from '../../data-folder.ts'
import type { LogReader } from '../../log/log-reader.ts'
import type { ArchiveReader } from '../../volumes/archive-reader.ts'
import { formatMonth, parseMonth } from '../../volumes/months.ts'
import { MonthRebuild } from './month-rebuild.ts'

/** How long a pass works at it, so that filing goes on between. */
const passMs = 500

/** Makes the index of months again: those an operator has marked, and those that have cues and no index. */
export class Rebuilds {
  readonly #dataDir: string
  readonly #log: LogReader
  readonly #archive: ArchiveReader
  readonly #letGo: (month: number) => void
  #current: MonthRebuild | undefined

  /** `letGo`: the file of a month is about to be another. */
  constructor(
    dataDir: string,
    log: LogReader,
    archive: ArchiveReader,
    letGo: (month: number) => void,
  ) {
    this.#dataDir = dataDir
    this.#log = log
    this.#archive = archive
    this.#letGo = letGo
  }

  /** Works for a while, or with `force` until all is done. Nothing is to be indexed while it is busy. */
  pass(force: boolean): { readonly isBusy: boolean; readonly problems: readonly string[] } {
    const endMs = performance.now() + passMs
    try {
      for (;;) {
        this.#current ??= this.#next()
        if (this.#current === undefined) return { isBusy: false, problems: [] }
        if (!force && performance.now() >= endMs) break
        this.#step(this.#current)
      }
    } catch (error) {
      const month = this.#current?.month
      this.close()
      const what = month === undefined ? 'An index' : `The index of ${formatMonth(month)}`
      const reason = messageOf(error)
      return { isBusy: true, problems: [`${what} cannot be made: ${reason}.`] }
    }
    return {
      isBusy: true,
      problems: [`The search index of ${formatMonth(this.#current.month)} is being made.`],
    }
  }

  close(): void {
    this.#current?.close()
    this.#current = undefined
  }

  #step(current: MonthRebuild): void {
    this.#letGo(current.month)
    if (current.step()) return
    this.#current = undefined
    rmSync(rebuildMark(this.#dataDir, current.month), { force: true })
    syncFolder(indexDir(this.#dataDir))
  }

  #next(): MonthRebuild | undefined {
    const [month] = [...this.#marked(), ...this.#missing()].sort((a, b) => b - a)
    if (month === undefined) return undefined
    return new MonthRebuild(this.#dataDir, this.#log, this.#archive, month)
  }

  #marked(): number[] {
    return readdirSync(indexDir(this.#dataDir)).flatMap((name) =>
      name.endsWith('.rebuild') ? (parseMonth(name.slice(0, -'.rebuild'.length)) ?? []) : [],
    )
  }

  /** A month begins with both: one without an index has lost it, or comes from a backup. */
  #missing(): number[] {
    return volumeMonths(this.#dataDir).filter(
      (month) => !existsSync(indexFile(this.#dataDir, month)),
    )
  }
}
