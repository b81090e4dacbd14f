import type { FileFacts, FileItem, FileState, FileWriter } from './caption-file.ts'

const columns = [
  'channel',
  'track',
  'start',
  'end',
  'text',
  'language',
  'mode',
  'airing',
  'run',
  'id',
] as const

/** RFC 4180, UTF-8, a header and a cue a row. */
export const csvWriter: FileWriter = {
  mediaType: 'text/csv; charset=utf-8; header=present',
  tellsSpans: false,
  head: () => `${columns.join(',')}\r\n`,
  item(item: FileItem, _facts: FileFacts, state: FileState): string {
    if (item.type !== 'cue') return ''
    state.cues++
    return `${columns.map((name) => formatField(item.value[name])).join(',')}\r\n`
  },
  tail: () => '',
}

/**
 * What a spreadsheet would take for a formula gets an apostrophe in front, and so does what has apostrophes before such a
 * beginning: whoever takes one away from `^'+[=+@…]` has the text back.
 */
const formula = /^'*[\s]*[=+\-@\t\r＝＋－＠]/

/** A field of RFC 4180 that no spreadsheet runs. */
export function formatField(value: string | number | null): string {
  if (typeof value === 'number') return String(value)
  const text = value ?? ''
  const safe = formula.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
