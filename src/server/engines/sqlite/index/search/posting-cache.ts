import type { PositionList } from '../format/posting.ts'

const maxBytes = 48 * 1024 * 1024
/** What an entry costs besides its numbers. */
const overhead = 300

/** Where words stand in chunks, unpacked, those asked for last: a page, its chart and its facets ask for the same. */
export class PostingCache {
  readonly #lists = new Map<string, PositionList>()
  #bytes = 0

  get(key: string, read: () => PositionList): PositionList {
    let list = this.#lists.get(key)
    if (list === undefined) {
      list = read()
      this.#bytes += bytesOf(list)
    } else this.#lists.delete(key)
    this.#lists.set(key, list)
    for (const [old, stale] of this.#lists) {
      if (this.#bytes <= maxBytes) break
      this.#lists.delete(old)
      this.#bytes -= bytesOf(stale)
    }
    return list
  }
}

/** Packed in ranges, with what lies before each, and unpacked. */
function bytesOf({ length }: PositionList): number {
  return length * 6 + overhead
}
