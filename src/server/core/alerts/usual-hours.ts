import type { VolumeNews } from '../../../protocol/alerts.ts'
import type { SearchQuestion, SearchService } from '../search/search-service.ts'
import { ZoneClock } from '../zone-clock.ts'
import { sigmaOf, usualOf } from './unusual.ts'

const hourMs = 3_600_000
const weekMs = 7 * 24 * hourMs
/** Weeks that an hour is held against: a season. */
const mostWeeks = 12
/** Of fewer nobody can say what is usual. */
export const fewestWeeks = 4
/** A week in which less than this share of what is monitored now was monitored is not like today. */
const leastMonitored = 0.25

/** Of the hour before, and of this one. */
type Pair = readonly [number, number]

/** What an hour was like in each past week. */
interface Past {
  readonly hour: number
  readonly key: string
  readonly counts: readonly Pair[]
  /** Minutes; null until they are needed. */
  monitored: readonly Pair[] | null
}

export interface LastHour {
  /** Of the hour that ends at `toMs`, a whole minute. */
  readonly question: SearchQuestion
  readonly toMs: number
  readonly count: number
  /** Zone whose clocks say which hour it is. */
  readonly timeZone: string
  /** Above so many deviations it must be known exactly. */
  readonly sigma: number
}

/**
 * How far an hour is above the same hour of past weeks. Past hours are counted as hours of the clock, which the index knows
 * without looking at passages, once an hour of each alert; an hour that lies in two of them is held against its share of each.
 */
export class UsualHours {
  readonly #searches: Pick<SearchService, 'counts' | 'monitored'>
  readonly #past = new Map<string, Past>()

  constructor(searches: Pick<SearchService, 'counts' | 'monitored'>) {
    this.#searches = searches
  }

  forget(alert: string): void {
    this.#past.delete(alert)
  }

  /** `calm` when it is surely below `sigma`; null when nobody can say what is usual. */
  async compare(
    alert: string,
    { question, toMs, count, timeZone, sigma }: LastHour,
  ): Promise<Pick<VolumeNews, 'usual' | 'sigma' | 'weeks'> | 'calm' | null> {
    const hour = Math.floor((toMs - 1) / hourMs)
    const share = toMs / hourMs - hour
    const mixed = ([before, current]: Pair): number => before * (1 - share) + current * share
    const weeks = edgesOf(hour * hourMs, timeZone)
    const past = await this.#pastOf(alert, question, hour, weeks)
    if (past === null) return null
    if (sigmaOf(count, usualOf(past.counts.map(mixed))) < sigma) return 'calm'
    past.monitored ??= await this.#eachWeek(question, weeks, 'monitored')
    const today = (await this.#searches.monitored(question, [toMs - hourMs, toMs]))?.[0] ?? 0
    const alike = past.counts.flatMap((pair, week) => {
      const minutes = mixed(past.monitored?.[week] ?? [0, 0])
      // A week with half the channels is one of half the mentions.
      return minutes > leastMonitored * today ? (mixed(pair) * today) / minutes : []
    })
    if (alike.length < fewestWeeks) return null
    const usual = usualOf(alike)
    return {
      ...{ usual: round(usual.usual), sigma: round(sigmaOf(count, usual)) },
      weeks: alike.length,
    }
  }

  async #pastOf(
    alert: string,
    question: SearchQuestion,
    hour: number,
    weeks: readonly (readonly number[])[],
  ): Promise<Past | null> {
    const key = `${question.q} ${question.channels.join()}`
    const known = this.#past.get(alert)
    if (known?.hour === hour && known.key === key) return known
    const counts = await this.#eachWeek(question, weeks, 'counts')
    if (counts === null) return null
    const past = { hour, key, counts, monitored: null }
    this.#past.set(alert, past)
    return past
  }

  async #eachWeek(
    question: SearchQuestion,
    weeks: readonly (readonly number[])[],
    what: 'counts' | 'monitored',
  ): Promise<Pair[] | null> {
    const pairs: Pair[] = []
    for (const edges of weeks) {
      const found = await this.#searches[what](question, edges)
      if (found === null) return null
      pairs.push([found[0] ?? 0, found[1] ?? 0])
    }
    return pairs
  }
}

/** The hour before and that hour, at the same time of the zone's clocks in each past week; the newest first. */
function edgesOf(hourStartMs: number, timeZone: string): number[][] {
  const clock = new ZoneClock(timeZone)
  const wallMs = clock.wall(hourStartMs).getTime()
  return Array.from({ length: mostWeeks }, (_, n) => {
    const start = clock.utc(wallMs - (n + 1) * weekMs)
    return [start - hourMs, start, start + hourMs]
  })
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
