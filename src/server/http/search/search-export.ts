import type { SearchItem } from '../../../protocol/search.ts'

/** Rows that are given to those who show no token. */
export const exportLimit = 10_000

export const csvHead =
  'channel,track,language,start,end,programme,mentions,text,before,after,permalink\r\n'

/** A row of RFC 4180. */
export function csvRow(item: SearchItem): string {
  const { channel, track, language, start, end, airing, mentions, text, before, after } = item
  const cells = [channel, track, language ?? '', start, end, airing?.title ?? '', String(mentions)]
  return `${[...cells, text, before, after, item.permalink].map(cell).join(',')}\r\n`
}

/** Spreadsheets run what begins like a formula: an apostrophe makes it text, as OWASP advises. */
function cell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
