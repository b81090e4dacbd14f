const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

/** How long ago, or how far ahead, as people say it: “3 hours ago”, “in 7 days”. */
export function formatSince(at: string, locale: string, nowMs = Date.now()): string {
  const seconds = (Date.parse(at) - nowMs) / 1000
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const [unit, length] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ['minute', 60]
  return format.format(Math.round(seconds / length), unit)
}
