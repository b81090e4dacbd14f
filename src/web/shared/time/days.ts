import { instantOf, localOf } from './times.ts'

/** A day of a zone's calendar, `YYYY-MM-DD`; text of this form is in order of time. */
export type Day = string

export interface Span {
  readonly from: string
  readonly to: string
}

/** What may stand in an address as a day; null for anything else. */
export function parseDay(text: string | null): Day | null {
  if (text === null || !/^\d{4}-\d\d-\d\d$/.test(text)) return null
  const ms = Date.parse(`${text}T00:00:00Z`)
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text ? null : text
}

export function dayOf(at: string, zone: string): Day {
  return localOf(at, zone).slice(0, 10)
}

export function addDays(day: Day, count: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10)
}

/** From midnight to midnight by the zone's clocks: 23 or 25 hours when they change. */
export function spanOfDay(day: Day, zone: string): Span {
  return { from: midnight(day, zone), to: midnight(addDays(day, 1), zone) }
}

function midnight(day: Day, zone: string): string {
  return instantOf(`${day}T00:00`, zone) ?? `${day}T00:00:00.000Z`
}

/** The seven days that are shown at once and hold this one; the last are those up to today. */
export function weekOf(day: Day, today: Day): readonly Day[] {
  const back = Math.floor((Date.parse(today) - Date.parse(day)) / 86_400_000 / 7)
  return Array.from({ length: 7 }, (_, i) => addDays(today, -7 * back - 6 + i))
}

/** Whole hours of UTC in the span, cut to it. */
export function hoursOf({ from, to }: Span): readonly Span[] {
  const hours: Span[] = []
  const end = Date.parse(to)
  for (let at = Date.parse(from); at < end;) {
    const next = Math.min((Math.floor(at / 3_600_000) + 1) * 3_600_000, end)
    hours.push({ from: new Date(at).toISOString(), to: new Date(next).toISOString() })
    at = next
  }
  return hours
}
