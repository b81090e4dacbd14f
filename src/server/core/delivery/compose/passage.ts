import type { Mention } from '../../../../protocol/alerts.ts'

export interface Part {
  readonly text: string
  readonly isMatch: boolean
}

/** What was said as parts, matched and not, in one line: rows of captions are no lines of a letter. */
export function partsOf({ text, highlights }: Pick<Mention, 'text' | 'highlights'>): Part[] {
  const parts: Part[] = []
  let at = 0
  const add = (to: number, isMatch: boolean): void => {
    const part = onOneLine(text.slice(at, to))
    if (part !== '') parts.push({ text: part, isMatch })
    at = to
  }
  for (const [from, to] of highlights) {
    // Whatever comes in, no part is told twice and none out of order.
    if (from < at || to <= from || to > text.length) continue
    add(from, false)
    add(to, true)
  }
  add(text.length, false)
  return parts
}

/** Line breaks and other control characters as spaces; spaces at the ends are kept, as the next part may follow. */
export function onOneLine(text: string): string {
  return text.toWellFormed().replaceAll(/[\s\0-\x1f\x7f-\x9f\u2028\u2029]+/g, ' ')
}

/** At most `most` UTF-16 units, cut between words where one ends near, with an ellipsis. */
export function shorten(text: string, most: number): string {
  const line = onOneLine(text).trim()
  if (line.length <= most) return line
  const cut = line.slice(0, most - 1)
  const space = cut.lastIndexOf(' ')
  return `${(space > most * 0.6 ? cut.slice(0, space) : cut).toWellFormed()}…`
}

/** The end of what was said before, at most `most` units. */
export function shortenStart(text: string, most: number): string {
  const line = onOneLine(text).trim()
  if (line.length <= most) return line
  const cut = line.slice(line.length - most + 1)
  const space = cut.indexOf(' ')
  return `…${(space >= 0 && space < most * 0.4 ? cut.slice(space + 1) : cut).toWellFormed()}`
}
