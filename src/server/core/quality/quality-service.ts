import type { Quality } from '../../../protocol/api.ts'
import type { TimeSpan } from '../../../protocol/time/time-spans.ts'
import type { Archive, Range, Tally } from '../../ports/archive.ts'
import { intervalsMs, intervalsOf, qualityOf } from './quality.ts'

export interface QualityOptions {
  readonly archive: Archive
  readonly now: () => number
}

export interface QualityWish {
  readonly channel: string
  /** Both ends are there, and in the past. */
  readonly range: Range & { readonly from: string; readonly to: string }
  readonly interval: keyof typeof intervalsMs
  /** null = all. */
  readonly tracks: readonly string[] | null
}

const mostGaps = 100_000
/** What was counted of an hour or day that is over holds this long: late captions and new text are counted then. */
const keptMs = 600_000
/** A month of 600 channels by day. */
const mostKept = 20_000

/** How well channels were recorded. Counting every cue is slow, so what lies back is counted once for all who ask. */
export class QualityService {
  readonly #archive: Archive
  readonly #now: () => number
  /** Oldest first. */
  readonly #tallies = new Map<string, { readonly tally: Promise<Tally>; readonly atMs: number }>()

  constructor({ archive, now }: QualityOptions) {
    this.#archive = archive
    this.#now = now
  }

  /** Each hour or day of the range, oldest first. */
  async of({ channel, range, interval, tracks }: QualityWish): Promise<Quality[]> {
    const [coverage, gaps] = await Promise.all([
      this.#archive.coverage(channel, range),
      this.#archive.gaps(channel, range, mostGaps),
    ])
    const whole = { fromMs: Date.parse(range.from), toMs: Date.parse(range.to) }
    const items: Quality[] = []
    // One interval after the other, so that other readers are served in between.
    for (const within of intervalsOf(whole, interval)) {
      const isWhole = within.toMs - within.fromMs === intervalsMs[interval]
      const tally =
        isWhole && tracks === null && within.toMs < this.#now() - keptMs
          ? await this.#kept(channel, within)
          : await this.#count(channel, within, tracks)
      items.push(qualityOf(within, coverage, gaps, tally))
    }
    return items
  }

  #kept(channel: string, within: TimeSpan): Promise<Tally> {
    const key = `${channel} ${within.fromMs} ${within.toMs}`
    const known = this.#tallies.get(key)
    if (known !== undefined && this.#now() - known.atMs < keptMs) return known.tally
    // While it is counted, whoever asks the same waits for the same.
    const counting = { tally: this.#count(channel, within, null), atMs: this.#now() }
    this.#tallies.delete(key)
    this.#tallies.set(key, counting)
    counting.tally.catch(() => {
      if (this.#tallies.get(key) === counting) this.#tallies.delete(key)
    })
    const oldest = this.#tallies.keys().next()
    if (this.#tallies.size > mostKept && oldest.done === false) this.#tallies.delete(oldest.value)
    return counting.tally
  }

  #count(channel: string, within: TimeSpan, tracks: readonly string[] | null): Promise<Tally> {
    const [from, to] = [new Date(within.fromMs), new Date(within.toMs)]
    return this.#archive.tally(channel, { from: from.toISOString(), to: to.toISOString() }, tracks)
  }
}
