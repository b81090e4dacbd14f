import type { MinuteHits } from './evaluate-chunk.ts'

const maxBytes = 64 * 1024 * 1024
/** What an entry costs besides its numbers. */
const overhead = 1000

/** What queries found in chunks, which never change: a chart asked again is only added up again. */
export class HitCache {
  readonly #entries = new Map<string, MinuteHits>()
  #bytes = 0

  get(key: string): MinuteHits | undefined {
    const hits = this.#entries.get(key)
    if (hits === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, hits)
    return hits
  }

  set(key: string, hits: MinuteHits): void {
    this.#entries.set(key, hits)
    this.#bytes += sizeOf(hits)
    for (const [old, stale] of this.#entries) {
      if (this.#bytes <= maxBytes) break
      this.#entries.delete(old)
      this.#bytes -= sizeOf(stale)
    }
  }
}

function sizeOf({ place }: MinuteHits): number {
  return place.length * 20 + overhead
}
