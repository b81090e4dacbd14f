/** Ids, languages or tags as a person types them, with commas. */
export function idsOf(text: string): string[] {
  return text
    .split(/[,\s]+/)
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

export function orNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim()
}

/** A whole number, or no limit. */
export function countOf(text: string): number | null {
  return text.trim() === '' ? null : Number(text)
}

/** Milliseconds as people read them: 0.4 s, 12 s, 3 min, 2 h. */
export function secondsIn(locale: string): (ms: number) => string {
  return (ms) => {
    const seconds = Math.max(0, ms) / 1000
    const [unit, length] =
      seconds >= 7200
        ? (['hour', 3600] as const)
        : seconds >= 120
          ? (['minute', 60] as const)
          : (['second', 1] as const)
    const value = seconds / length
    const format = {
      style: 'unit',
      unit,
      unitDisplay: 'short',
      maximumFractionDigits: value < 10 ? 1 : 0,
    } as const
    return new Intl.NumberFormat(locale, format).format(value)
  }
}
