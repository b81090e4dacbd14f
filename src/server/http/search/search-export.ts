import { formatField } from '../../../captions/files/csv.ts'
import type { SearchItem } from '../../../protocol/search.ts'

/** Rows that are given to those who show no token. */
export const exportLimit = 10_000

export const csvHead =
  'channel,track,language,start,end,programme,mentions,text,before,after,permalink\r\n'

/** A row of RFC 4180. */
export function csvRow(item: SearchItem): string {
  const { channel, track, language, start, end, airing, mentions, text, before, after } = item
  const cells = [channel, track, language ?? '', start, end, airing?.title ?? '', String(mentions)]
  return `${[...cells, text, before, after, item.permalink].map(formatField).join(',')}\r\n`
}
