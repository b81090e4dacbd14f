/** Months are counted from year 0, so that neighbours are n ± 1; a volume's file is named by its month. */
export function monthOf(atMs: number): number {
  const date = new Date(atMs)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

export function monthStartMs(month: number): number {
  const date = new Date(0)
  date.setUTCFullYear(Math.floor(month / 12), month % 12, 1)
  return date.getTime()
}

/** `2026-11`. */
export function formatMonth(month: number): string {
  const year = String(Math.floor(month / 12)).padStart(4, '0')
  return `${year}-${String((month % 12) + 1).padStart(2, '0')}`
}

/** The month of `2026-11`; undefined for any other text. */
export function parseMonth(text: string): number | undefined {
  const [, year, month] = /^([0-9]{4})-(0[1-9]|1[0-2])$/.exec(text) ?? []
  return year === undefined ? undefined : Number(year) * 12 + Number(month) - 1
}
