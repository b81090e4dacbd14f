import type { Quality } from '../../../protocol/api.ts'

/** A channel over the time that is shown. */
export interface Figures {
  /** Part of the time since it was first recorded, 0 to 1; null = it was not recorded at all. */
  readonly uptime: number | null
  readonly wordsPerMinute: number | null
  readonly missedSeconds: number
  /** The intervals since it was first recorded. */
  readonly items: readonly Quality[]
}

/** Sums what the server counted; a channel that is new was not missed before it was there. */
export function figuresOf(all: readonly Quality[]): Figures {
  const first = all.findIndex((item) => item.monitoredMinutes > 0 || missedOf(item) > 0)
  const items = first === -1 ? [] : all.slice(first)
  const monitored = sum(items, ({ monitoredMinutes }) => monitoredMinutes)
  const [beginning] = items
  // Where in its first hour a new channel began is not told: of that, what was heard or missed counts.
  const before =
    first > 0 && beginning !== undefined
      ? lengthOf(beginning) - beginning.monitoredMinutes - missedOf(beginning) / 60
      : 0
  const minutes = sum(items, lengthOf) - before
  return {
    uptime: minutes === 0 ? null : monitored / minutes,
    wordsPerMinute: monitored === 0 ? null : sum(items, ({ words }) => words) / monitored,
    missedSeconds: sum(items, missedOf),
    items,
  }
}

/** Whatever the reasons; where two tell of the same time, no more than there was. */
export function missedOf(item: Quality): number {
  const told = sum(Object.values(item.gapSeconds), (seconds) => seconds)
  return Math.min(told, Math.max(0, lengthOf(item) - item.monitoredMinutes) * 60)
}

/** The worst first: what was heard least, then what said least while it was heard. */
export function worstFirst(a: Figures, b: Figures): number {
  return (a.uptime ?? -1) - (b.uptime ?? -1) || (a.wordsPerMinute ?? -1) - (b.wordsPerMinute ?? -1)
}

/** Minutes. */
function lengthOf({ from, to }: Quality): number {
  return (Date.parse(to) - Date.parse(from)) / 60_000
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
