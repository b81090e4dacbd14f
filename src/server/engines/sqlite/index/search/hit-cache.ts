import type { MinuteHits } from './evaluate-chunk.ts'

const maxBytes = 64 * 1024 * 1024
/** What an entry costs besides its numbers. */
const overhead = 300

/** What queries found in chunks, which never change: a chart asked again is only added up again. */
export class HitCache {
  /** Those asked last are last. */
  readonly #queries = new Map<string, QueryHits>()
  #bytes = 0

  /** Of one query. */
  of(name: string): QueryHits {
    const hits = this.#queries.get(name) ?? new QueryHits((bytes) => this.#grow(bytes))
    this.#queries.delete(name)
    this.#queries.set(name, hits)
    return hits
  }

  #grow(bytes: number): void {
    this.#bytes += bytes
    for (const [name, hits] of this.#queries) {
      if (this.#bytes <= maxBytes) break
      this.#queries.delete(name)
      this.#bytes -= hits.drop()
    }
  }
}

export class QueryHits {
  readonly #byChunk = new Map<string, { readonly serial: number; readonly hits: MinuteHits }>()
  readonly #onGrow: (bytes: number) => void
  #bytes = 0
  #isDropped = false

  constructor(onGrow: (bytes: number) => void) {
    this.#onGrow = onGrow
  }

  /** `serial` tells which gaps parted the chunk. */
  get(chunk: string, serial: number): MinuteHits | undefined {
    const known = this.#byChunk.get(chunk)
    return known?.serial === serial ? known.hits : undefined
  }

  set(chunk: string, serial: number, hits: MinuteHits): void {
    // A search may outlive the memory of it.
    if (this.#isDropped) return
    const before = this.#byChunk.get(chunk)
    this.#byChunk.set(chunk, { serial, hits })
    const bytes = sizeOf(hits) - (before === undefined ? 0 : sizeOf(before.hits))
    this.#bytes += bytes
    this.#onGrow(bytes)
  }

  /** Forgets all, for good; how many bytes that frees. */
  drop(): number {
    this.#isDropped = true
    this.#byChunk.clear()
    return this.#bytes
  }
}

function sizeOf({ place }: MinuteHits): number {
  return place.length * 24 + overhead
}
