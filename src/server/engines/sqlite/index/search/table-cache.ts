import { hoursOf, type HourTable } from '../format/hours.ts'
import type { CueTable, MinuteTable } from '../format/chunk.ts'

interface Tables {
  minutes?: MinuteTable
  hours?: HourTable
  cues?: CueTable
}

const maxBytes = 48 * 1024 * 1024

/** Unpacked tables of chunks, those asked for last: every page looks at the newest, every chart at all minutes. */
export class TableCache {
  readonly #tables = new Map<object, Tables>()
  #bytes = 0

  minutes(chunk: object, read: () => MinuteTable): MinuteTable {
    const tables = this.#use(chunk)
    if (tables.minutes === undefined) {
      tables.minutes = read()
      this.#grow(minuteBytes(tables.minutes))
    }
    return tables.minutes
  }

  hours(chunk: object, read: () => MinuteTable): HourTable {
    const minutes = this.minutes(chunk, read)
    return (this.#use(chunk).hours ??= hoursOf(minutes))
  }

  cues(chunk: object, read: () => CueTable): CueTable {
    const tables = this.#use(chunk)
    if (tables.cues === undefined) {
      tables.cues = read()
      this.#grow(cueBytes(tables.cues))
    }
    return tables.cues
  }

  #use(chunk: object): Tables {
    const tables = this.#tables.get(chunk) ?? {}
    this.#tables.delete(chunk)
    this.#tables.set(chunk, tables)
    return tables
  }

  #grow(bytes: number): void {
    this.#bytes += bytes
    for (const [chunk, { minutes, cues }] of this.#tables) {
      if (this.#bytes <= maxBytes) break
      this.#tables.delete(chunk)
      if (minutes !== undefined) this.#bytes -= minuteBytes(minutes)
      if (cues !== undefined) this.#bytes -= cueBytes(cues)
    }
  }
}

/** With its hours, which are far fewer. */
const minuteBytes = ({ minute }: MinuteTable): number => minute.length * 12 + 1000
const cueBytes = ({ position }: CueTable): number => position.length * 20
