/** Formatters are slow to make and quick to use. */
const cache = new Map<string, Intl.DateTimeFormat>()

/** Time of day in a channel's zone, to the second. */
export function formatClock(at: string, timeZone: string, locale: string): string {
  return formatter(locale, timeZone, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(at))
}

/** Days of moments asked for before: each row asks for its own and for that of the row before it. */
const days = new Map<string, string>()
const mostDays = 2000

export function formatDay(at: string, timeZone: string, locale: string): string {
  const key = `${locale} ${timeZone} ${at.slice(0, 16)}`
  const known = days.get(key)
  if (known !== undefined) return known
  if (days.size >= mostDays) days.clear()
  const day = makeDay(at, timeZone, locale)
  days.set(key, day)
  return day
}

/** `Sat 28 Nov`; with the year when it is another one. */
export function formatShortDay(at: string, timeZone: string, locale: string): string {
  const isThisYear = at.slice(0, 4) === new Date().toISOString().slice(0, 4)
  return formatter(locale, timeZone, {
    ...{ weekday: 'short', month: 'short', day: 'numeric' },
    ...(isThisYear ? {} : { year: 'numeric' }),
  }).format(new Date(at))
}

/** The moment at which clocks of the zone show this local time, `YYYY-MM-DDTHH:MM`; null when it is none. */
export function instantOf(local: string, timeZone: string): string | null {
  const shown = Date.parse(`${local}Z`)
  if (Number.isNaN(shown)) return null
  // Twice, because the offset may change between the first guess and the answer.
  const guess = shown - offsetAt(shown, timeZone)
  return new Date(shown - offsetAt(guess, timeZone)).toISOString()
}

/** What clocks of the zone show then, as a date-and-time field wants it. */
export function localOf(at: string, timeZone: string): string {
  const ms = Date.parse(at)
  return new Date(ms + offsetAt(ms, timeZone)).toISOString().slice(0, 16)
}

/** `1 h 05 min`, `3 min 20 s`, `12 s`: the units are the same in every language of the website. */
export function formatLength(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const [h, min, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  if (h > 0) return `${h} h${min > 0 ? ` ${String(min).padStart(2, '0')} min` : ''}`
  if (min > 0) return `${min} min${s > 0 ? ` ${s} s` : ''}`
  return `${s} s`
}

function offsetAt(ms: number, timeZone: string): number {
  const parts = formatter('en', timeZone, {
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hourCycle: 'h23' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
  }).formatToParts(ms)
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value)
  const shown = Date.UTC(
    ...([part('year'), part('month') - 1, part('day')] as const),
    ...([part('hour'), part('minute'), part('second')] as const),
  )
  return shown - Math.floor(ms / 1000) * 1000
}

function makeDay(at: string, timeZone: string, locale: string): string {
  return formatter(locale, timeZone, {
    weekday: 'long',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
  }).format(new Date(at))
}

/** How a zone is called at a moment, to be named once beside clocks. */
export function nameOfZone(
  timeZone: string,
  locale: string,
  at = new Date().toISOString(),
): string {
  const parts = formatter(locale, timeZone, {
    timeZoneName: 'short',
    hour: '2-digit',
  }).formatToParts(new Date(at))
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
}

function formatter(
  locale: string,
  timeZone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone} ${Object.keys(options).join()}`
  let known = cache.get(key)
  if (known === undefined) {
    known = make(locale, timeZone, options)
    cache.set(key, known)
  }
  return known
}

function make(
  locale: string,
  timeZone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(locale, { ...options, timeZone })
  } catch {
    // A zone this browser does not know.
    return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' })
  }
}
