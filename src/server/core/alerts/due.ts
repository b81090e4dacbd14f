import { weekdays, type Alert, type AlertRate, type QuietHours } from '../../../protocol/alerts.ts'
import { ZoneClock } from '../zone-clock.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** When what was matched at a time is told by a rate; null = never. */
export function dueAt(rate: AlertRate, matchedMs: number): number | null {
  switch (rate.kind) {
    case 'at-once':
      return matchedMs
    case 'hourly':
      return nextHour(matchedMs)
    case 'daily':
      return nextTime(rate.timeZone, rate.at, matchedMs, null)
    case 'weekly':
      return nextTime(rate.timeZone, rate.at, matchedMs, weekdays.indexOf(rate.day))
    case 'never':
      return null
  }
}

export function nextHour(ms: number): number {
  return (Math.floor(ms / hourMs) + 1) * hourMs
}

/** When quiet hours that hold at a time end; null when none do. */
export function quietUntil(quiet: QuietHours | null, ms: number): number | null {
  if (quiet === null || quiet.from === quiet.to) return null
  const clock = new ZoneClock(quiet.timeZone)
  const wall = clock.wall(ms)
  const minute = wall.getUTCHours() * 60 + wall.getUTCMinutes()
  const from = minuteOf(quiet.from)
  const to = minuteOf(quiet.to)
  const isQuiet = from < to ? from <= minute && minute < to : minute >= from || minute < to
  return isQuiet ? nextTime(quiet.timeZone, quiet.to, ms, null) : null
}

/** Nothing that is found now is told, ever. */
export function isMuted({ mutedUntil }: Alert, ms: number): boolean {
  return mutedUntil !== null && Date.parse(mutedUntil) > ms
}

/** Until when an alert is held back at a time by its owner: muted or in quiet hours; null = it is not. */
export function heldUntil({ mutedUntil, quietHours }: Alert, ms: number): number | null {
  const mutedMs = mutedUntil === null ? -Infinity : Date.parse(mutedUntil)
  return mutedMs > ms ? mutedMs : quietUntil(quietHours, ms)
}

/** The first time after `afterMs` at which clocks of a zone show HH:MM, on that day of the week (0 = Monday) or any. */
function nextTime(timeZone: string, at: string, afterMs: number, weekday: number | null): number {
  const clock = new ZoneClock(timeZone)
  const wall = clock.wall(afterMs)
  const midnight = Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate())
  for (let day = 0; day <= 8; day++) {
    const wallMs = midnight + day * dayMs + minuteOf(at) * 60_000
    if (weekday !== null && (new Date(wallMs).getUTCDay() + 6) % 7 !== weekday) continue
    const ms = clock.utc(wallMs)
    if (ms > afterMs) return ms
  }
  throw new RangeError(`${at} in ${timeZone} does not come within a week`)
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}
