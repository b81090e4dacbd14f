/** Formatters are slow to make and quick to use; zones and languages are few. */
const cache = new Map<string, Intl.DateTimeFormat>()
const mostFormats = 500

/** `Friday 27 November 2026, 20:15:03 EST`, on the clocks of the zone. */
export function formatMoment(at: string, timeZone: string, locale: string): string {
  const moment = format(at, timeZone, locale, {
    ...{ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  })
  return `${moment} ${zoneName(at, timeZone)}`
}

/** EST, CET and the like, which each English knows of its own continent only; else GMT+3. */
function zoneName(at: string, timeZone: string): string {
  let name = 'UTC'
  for (const locale of ['en-US', 'en-GB', 'en-AU']) {
    name = format(at, timeZone, locale, { timeZoneName: 'short' }).split(' ').at(-1) ?? name
    if (!/^GMT[+-]/.test(name)) break
  }
  return name
}

/** `20:15:03`. */
export function formatClock(at: string, timeZone: string, locale: string): string {
  return format(at, timeZone, locale, {
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  })
}

/** Seconds between two moments as a person reads them: 0.4, 12, 95. */
export function formatSeconds(fromMs: number, toMs: number, locale: string): string {
  const seconds = Math.max(0, toMs - fromMs) / 1000
  return new Intl.NumberFormat(locale, {
    maximumFractionDigits: seconds < 10 ? 1 : 0,
  }).format(seconds)
}

function format(
  at: string,
  timeZone: string,
  locale: string,
  options: Intl.DateTimeFormatOptions,
): string {
  const key = `${locale} ${timeZone} ${Object.keys(options).join()}`
  const known = cache.get(key)
  const made = known ?? create(timeZone, locale, options)
  if (known === undefined) {
    if (cache.size >= mostFormats) cache.clear()
    cache.set(key, made)
  }
  return made.format(new Date(at))
}

function create(
  timeZone: string,
  locale: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  // Day before month, as most of the world has it; the month is in words.
  const language = locale === 'en' ? 'en-GB' : locale
  try {
    return new Intl.DateTimeFormat(language, { ...options, timeZone })
  } catch {
    // The one thing it throws for: a zone it does not know.
    return new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' })
  }
}
