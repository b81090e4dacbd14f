import type { Lease } from './index-volumes.ts'
import type { Searchable } from './searchable.ts'

/** The part of the index that nothing newer reaches into: it is as it is until the index is another. */
export class Settled {
  readonly #lease: Lease
  /** The first minute that is in no chunk yet. */
  readonly #openFrom: number
  #known: { readonly name: string; readonly isAll: boolean } | undefined

  constructor(lease: Lease, tailOwns: ReadonlyMap<string, number>) {
    this.#lease = lease
    this.#openFrom = Math.min(...tailOwns.values())
  }

  holds(chunk: Searchable): boolean {
    return chunk.lastMinute < this.#openFrom
  }

  /** The same for the same chunks. */
  get name(): string {
    return this.#look().name
  }

  /** Whether that is all there is. */
  get isAll(): boolean {
    return this.#look().isAll
  }

  /** Opens every month. */
  #look(): { readonly name: string; readonly isAll: boolean } {
    if (this.#known !== undefined) return this.#known
    const names: string[] = []
    for (const month of this.#lease.months) {
      const volume = this.#lease.volume(month)
      const held = volume?.newestFirst.filter((chunk) => this.holds(chunk)).length ?? 0
      // Chunks of one version that end before a time are told by their number.
      names.push(`${month}.${volume?.name ?? ''}.${held}`)
    }
    return (this.#known = { name: names.join(), isAll: this.#openFrom === Infinity })
  }
}
