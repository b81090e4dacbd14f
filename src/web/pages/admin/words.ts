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
