import { volumeFile } from '../data-folder.ts'
import { openReadable } from '../database.ts'
import { VolumeReader } from './volume-reader.ts'
import { volumeMigrations } from './volume-schema.ts'

/** Open at a time; a search over years opens and closes the rest. */
const maxOpen = 12

/** Months opened when they are read, the least lately used closed. */
export class Volumes {
  readonly #dataDir: string
  readonly #open = new Map<number, VolumeReader>()

  constructor(dataDir: string) {
    this.#dataDir = dataDir
  }

  /** Undefined when the month has no volume yet. */
  open(month: number): VolumeReader | undefined {
    let volume = this.#open.get(month)
    if (volume === undefined) {
      const db = openReadable(volumeFile(this.#dataDir, month), volumeMigrations)
      if (db === undefined) return undefined
      volume = new VolumeReader(db, month)
    }
    this.#open.delete(month)
    this.#open.set(month, volume)
    for (const [old, reader] of this.#open) {
      if (this.#open.size <= maxOpen) break
      this.#open.delete(old)
      reader.close()
    }
    return volume
  }

  close(): void {
    for (const volume of this.#open.values()) volume.close()
    this.#open.clear()
  }
}
