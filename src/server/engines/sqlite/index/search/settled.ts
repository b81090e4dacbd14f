import type { Lease } from './index-volumes.ts'
import type { Searchable } from './searchable.ts'

/** The part of the index that nothing newer reaches into: it is as it is until the index is another. */
export class Settled {
  readonly #lease: Lease
  /** The first minute that is in no chunk yet. */
  readonly #openFrom: number
  #name: string | undefined

  constructor(lease: Lease, tailOwns: ReadonlyMap<string, number>) {
    this.#lease = lease
    this.#openFrom = Math.min(...tailOwns.values())
  }

  holds(chunk: Searchable): boolean {
    return chunk.lastMinute < this.#openFrom
  }

  /** Whether that is all there is. */
  get isAll(): boolean {
    return this.#openFrom === Infinity
  }

  /** The same for the same chunks; opens every month. */
  get name(): string {
    this.#name ??= this.#lease.months.map((month) => this.#nameOf(month)).join()
    return this.#name
  }

  /** Chunks of one version that end before a time are told by their number. */
  #nameOf(month: number): string {
    const volume = this.#lease.volume(month)
    const held = volume?.newestFirst.filter((chunk) => this.holds(chunk)).length ?? 0
    return `${month}.${volume?.name ?? ''}.${held}`
  }
}
