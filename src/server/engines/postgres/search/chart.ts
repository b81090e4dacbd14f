import type { TimelineCell, TimelineRequest } from '../../../ports/search.ts'
import { Buckets } from '../../rules/search/buckets.ts'
import type { Titles } from './titles.ts'

interface Counted {
  readonly channel: string
  readonly track: string
  readonly airing: string | null
  readonly minute: number
  readonly mentions: number
}

interface Cell extends Omit<TimelineCell, 'airing'> {
  readonly airing: string | null
  mentions: number
  minutes: number
}

/** Adds up hits by channel, track, programme and bucket of time. */
export class Chart {
  readonly #buckets: Buckets
  readonly #byAiring: boolean
  readonly #cells = new Map<string, Cell>()

  constructor({ edges, byAiring }: Pick<TimelineRequest, 'edges' | 'byAiring'>) {
    this.#buckets = new Buckets(edges)
    this.#byAiring = byAiring
  }

  take(hits: readonly Counted[]): void {
    let bucket = 0
    for (const { minute, airing, channel, track, mentions } of hits) {
      bucket = this.#buckets.at(minute, bucket)
      if (bucket < 0) continue
      const programme = this.#byAiring ? airing : null
      this.add({ channel, track, airing: programme, bucket, mentions, minutes: 1 })
    }
  }

  add({ mentions, minutes, ...key }: Cell): void {
    const name = JSON.stringify([key.channel, key.track, key.airing, key.bucket])
    let cell = this.#cells.get(name)
    if (cell === undefined) this.#cells.set(name, (cell = { ...key, mentions: 0, minutes: 0 }))
    cell.mentions += mentions
    cell.minutes += minutes
  }

  async cells(titles: Titles): Promise<TimelineCell[]> {
    const cells = [...this.#cells.values()]
    await titles.load(cells)
    return cells.map(({ airing, ...cell }) => ({
      ...cell,
      airing: airing === null ? null : { id: airing, title: titles.of(cell.channel, airing) },
    }))
  }
}
