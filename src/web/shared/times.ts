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

export function formatDay(at: string, timeZone: string, locale: string): string {
  return formatter(locale, timeZone, {
    weekday: 'long',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
  }).format(new Date(at))
}

/** How a zone is called now, to be named once beside clocks. */
export function nameOfZone(timeZone: string, locale: string): string {
  const parts = formatter(locale, timeZone, {
    timeZoneName: 'short',
    hour: '2-digit',
  }).formatToParts(new Date())
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
