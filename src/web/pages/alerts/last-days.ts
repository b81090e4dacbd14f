/** How often on a day of UTC. */
export interface DayCount {
  /** `YYYY-MM-DD` */
  readonly day: string
  readonly mentions: number
  /** false = nobody listened. */
  readonly isHeard: boolean
}

const dayMs = 86_400_000

/** The last so many days up to today, those without mentions too. */
export function lastDays(
  days: readonly { readonly day: string; readonly mentions: number }[],
  count: number,
  nowMs: number,
): readonly DayCount[] {
  const known = new Map(days.map(({ day, mentions }) => [day, mentions]))
  return Array.from({ length: count }, (_, i) => {
    const day = new Date(nowMs - (count - 1 - i) * dayMs).toISOString().slice(0, 10)
    return { day, mentions: known.get(day) ?? 0, isHeard: true }
  })
}

/** What a picture of the days says in words. */
export function sumUp(days: readonly DayCount[]): {
  readonly mentions: number
  /** null when there are no mentions. */
  readonly most: DayCount | null
  readonly last: DayCount | null
} {
  const mentions = days.reduce((sum, day) => sum + day.mentions, 0)
  const most = days.reduce<DayCount | null>(
    (best, day) => (day.mentions > (best?.mentions ?? 0) ? day : best),
    null,
  )
  return { mentions, most, last: days.findLast((day) => day.mentions > 0) ?? null }
}
