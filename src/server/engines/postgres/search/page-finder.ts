import type { SearchPageRequest } from '../../../ports/search.ts'
import { comparisons, reversed, type Compare, type Place } from '../../rules/search/place.ts'
import type { Candidates, Hit } from './candidates.ts'
import type { SearchClock } from './clock.ts'
import type { Months } from './months.ts'
import type { PassageRow } from './passage-row.ts'
import type { Minutes } from './search-scope.ts'

/** Passages of a first look; each further one is at so many more. */
const firstLook = 25
const mostLook = 5000

const all: Minutes = { fromMinute: -Infinity, toMinute: Infinity }

/** Collects the first of what is found, in the asked order, from as few passages as show them. */
export class PageFinder {
  readonly #candidates: Candidates
  readonly #clock: SearchClock
  readonly #place: Place | undefined
  readonly #compare: Compare
  readonly #limit: number
  readonly #isByTime: boolean
  /** Whether later minutes come first. */
  readonly #isDown: boolean
  #found: Hit[] = []

  constructor(
    candidates: Candidates,
    clock: SearchClock,
    { order, limit }: Pick<SearchPageRequest, 'order' | 'limit'>,
    place: Place | undefined,
  ) {
    this.#candidates = candidates
    this.#clock = clock
    this.#place = place
    const isBack = place?.way === 'before'
    this.#compare = isBack ? reversed(comparisons[order]) : comparisons[order]
    // One more than asked for tells whether there is another page.
    this.#limit = limit + 1
    this.#isByTime = order !== 'relevance'
    this.#isDown = (order !== 'oldest') !== isBack
  }

  get found(): readonly Hit[] {
    return this.#found
  }

  /** False when time ran out. */
  async find(months: Months): Promise<boolean> {
    const minutes = this.#isByTime ? this.#beyondPlace() : all
    const isWhole = await this.#clock.within(async () =>
      this.#take(await this.#candidates.open(minutes)),
    )
    if (!isWhole) return false
    return this.#isByTime ? await this.#walk(minutes) : await this.#scan(months)
  }

  /** By time: until the page is full, and nothing that follows can come before what is on it. */
  async #walk(minutes: Minutes): Promise<boolean> {
    const walk: { last: PassageRow | null } = { last: null }
    for (let look = firstLook; ; look = Math.min(look * 3, mostLook)) {
      const isWhole = await this.#clock.within(async () => {
        const { hits, last } = await this.#candidates.next(minutes, walk.last, this.#isDown, look)
        this.#take(hits)
        walk.last = last
      })
      if (!isWhole) return false
      const { last } = walk
      if (last === null) return true
      const worst = this.#found[this.#limit - 1]?.minute
      if (worst === undefined) continue
      if (!this.#isDown && last.minute > worst) return true
      // What begins before the page may still reach into it.
      if (this.#isDown && last.minute < worst)
        return await this.#clock.within(async () =>
          this.#take(await this.#candidates.reaching(worst, last)),
        )
    }
  }

  async #scan(months: Months): Promise<boolean> {
    for await (const month of months.newestFirst())
      if (!(await this.#candidates.scan(month, (hits) => this.#take(hits)))) return false
    return true
  }

  #beyondPlace(): Minutes {
    if (this.#place === undefined) return all
    const { minute } = this.#place
    return this.#isDown ? { ...all, toMinute: minute + 1 } : { ...all, fromMinute: minute }
  }

  #take(hits: readonly Hit[]): void {
    const place = this.#place
    for (const hit of hits)
      if (place === undefined || this.#compare(hit, place) > 0) this.#found.push(hit)
    this.#found.sort(this.#compare)
    this.#found.length = Math.min(this.#found.length, this.#limit)
  }
}
