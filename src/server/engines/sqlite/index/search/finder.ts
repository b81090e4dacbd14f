import type { SearchPageRequest } from '../../../../ports/search.ts'
import type { Compare, Place } from '../../../rules/search/place.ts'
import { Candidate } from './candidate.ts'
import type { SearchRun } from './search-run.ts'
import type { Searchable } from './searchable.ts'

/** Collects the first of what is found, in the asked order, from as few chunks as show them. */
export class Finder {
  readonly #run: SearchRun
  readonly #place: Place | undefined
  readonly #compare: Compare
  readonly #limit: number
  readonly #isByTime: boolean
  /** Whether later minutes come first. */
  readonly #isDown: boolean
  #found: Candidate[] = []
  /** The last minute that is on the page, once it is full. */
  #worst: number | undefined

  constructor(
    run: SearchRun,
    { order, limit }: SearchPageRequest,
    place: Place | undefined,
    compare: Compare,
  ) {
    this.#run = run
    this.#place = place
    this.#compare = compare
    // One more than asked for tells whether there is another page.
    this.#limit = limit + 1
    this.#isByTime = order !== 'relevance'
    this.#isDown = (order !== 'oldest') !== (place?.way === 'before')
  }

  /** What is in no chunk yet, then chunks in the asked order, as long as there may be something in them. */
  *chunks(): Generator<Searchable> {
    const from = this.#place?.minute
    for (const chunk of this.#run.chunks(this.#isDown)) {
      if (this.#isEnough(chunk)) {
        // Nothing in those after it either; but the tail may hold what was said long ago, and comes first.
        if (chunk !== this.#run.moment.tail) return
        continue
      }
      const isBeyond = this.#isDown
        ? chunk.firstMinute > (from ?? Infinity)
        : chunk.lastMinute < (from ?? -Infinity)
      if (!this.#isByTime || !isBeyond) yield chunk
    }
  }

  /** Whether nothing in this chunk comes before what is found. */
  #isEnough(chunk: Searchable): boolean {
    const worst = this.#worst
    if (!this.#isByTime || worst === undefined) return false
    return this.#isDown ? chunk.lastMinute < worst : chunk.firstMinute > worst
  }

  take(chunk: Searchable): void {
    this.#run.eachHit(
      chunk,
      (hits, n) => {
        const at = hits.minute[n] ?? 0
        if (this.#isBeyond(at)) return
        const key = chunk.keys[hits.stretch[n] ?? 0]
        if (key === undefined) return
        const [first = 0, last = 0] = [hits.first[n], hits.last[n]]
        const [place = 0, mentions = 0] = [hits.place[n], hits.mentions[n]]
        const hit = { chunk, place, first, last, minute: at, mentions }
        const candidate = new Candidate(key, hit, this.#startOf)
        if (this.#place === undefined || this.#compare(candidate, this.#place) > 0)
          this.#found.push(candidate)
        if (this.#found.length > 4 * this.#limit) this.#keepFirst()
      },
      this.#isDown,
    )
    this.#keepFirst()
  }

  readonly #startOf = (chunk: Searchable, first: number): number => {
    const cues = chunk.cues()
    return cues.startMs[this.#run.query.cueOf(cues, first)] ?? 0
  }

  #keepFirst(): void {
    this.#found.sort(this.#compare)
    this.#found.length = Math.min(this.#found.length, this.#limit)
    this.#worst = this.#found[this.#limit - 1]?.minute
  }

  page(): readonly Candidate[] {
    return this.#found
  }

  /** Minutes that cannot be on the page: told by their number, before their cues are looked at. */
  #isBeyond(minute: number): boolean {
    if (!this.#isByTime) return false
    const from = this.#place?.minute
    if (from !== undefined && (this.#isDown ? minute > from : minute < from)) return true
    const worst = this.#worst
    return worst !== undefined && (this.#isDown ? minute < worst : minute > worst)
  }
}
