import { existsSync, statSync } from 'node:fs'
import type { CcrError } from '../../../../protocol/codes.ts'
import { givenUpFile, volumeFile } from '../data-folder.ts'
import { openReadable } from '../database.ts'
import { BlockCache } from './block-cache.ts'
import { formatMonth } from './months.ts'
import type { Troubles } from './troubles.ts'
import { VolumeReader } from './volume-reader.ts'
import { volumeMigrations } from './volume-schema.ts'

/** Open at a time; a search over years opens and closes the rest. */
const maxOpen = 12

interface OpenVolume {
  readonly reader: VolumeReader
  readonly inode: number
}

/** Months opened when they are read, the least lately used closed. */
export class Volumes {
  readonly #dataDir: string
  readonly #open = new Map<number, OpenVolume>()
  readonly #blocks = new BlockCache()

  constructor(dataDir: string) {
    this.#dataDir = dataDir
  }

  /** Undefined when the month has no volume yet. A file that was taken away or replaced is not read on. */
  open(month: number): VolumeReader | undefined {
    const file = volumeFile(this.#dataDir, month)
    const inode = statSync(file, { throwIfNoEntry: false })?.ino
    let volume = this.#open.get(month)
    if (volume !== undefined && volume.inode !== inode) {
      this.#drop(month)
      volume = undefined
    }
    if (inode === undefined) return undefined
    if (volume === undefined) {
      const db = openReadable(file, volumeMigrations)
      if (db === undefined) return undefined
      try {
        volume = { reader: new VolumeReader(db, month, this.#blocks), inode }
      } catch (error) {
        db.close()
        throw error
      }
    }
    this.#open.delete(month)
    this.#open.set(month, volume)
    for (const old of [...this.#open.keys()].slice(0, -maxOpen)) this.#drop(old)
    return volume.reader
  }

  /** The month's volume, in which something has been filed: that it is missing is a damage. */
  openFiled(month: number): VolumeReader | undefined {
    const volume = this.open(month)
    if (volume === undefined && !existsSync(givenUpFile(this.#dataDir, month)))
      throw new Error('it is missing')
    return volume
  }

  /** What a reader is told of a month that cannot be read; `again` reads it once more. */
  failure(troubles: Troubles, month: number, error: unknown, again: () => void): CcrError {
    // Its handle has seen the damage; the next one looks at the file anew.
    this.#drop(month)
    const what = `The archive of ${formatMonth(month)}`
    return troubles.failure(volumeFile(this.#dataDir, month), what, error, again)
  }

  close(): void {
    for (const month of [...this.#open.keys()]) this.#drop(month)
  }

  #drop(month: number): void {
    this.#open.get(month)?.reader.close()
    this.#open.delete(month)
  }
}
