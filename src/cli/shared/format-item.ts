import type { SearchItem } from '../../protocol/search.ts'

/** A passage with what was found in it. */
export type Quotable = Pick<
  SearchItem,
  'channel' | 'track' | 'start' | 'airing' | 'text' | 'highlights' | 'before' | 'after'
>

/** What is found is bold on a terminal; captions bring no control characters of their own to it. */
export function formatItem(item: Quotable): string {
  const { channel, track, start, airing, highlights, before, after } = item
  const [on, off] = process.stdout.isTTY ? ['\u001b[1m', '\u001b[0m'] : ['', '']
  let text = ''
  let at = 0
  for (const [from, to] of highlights) {
    text += plain(item.text.slice(at, from)) + on + plain(item.text.slice(from, to)) + off
    at = to
  }
  text += plain(item.text.slice(at))
  const when = new Date(start).toLocaleString('sv-SE')
  const programme = airing?.title ?? null
  const head = `${when}  ${channel} ${track}${programme === null ? '' : `  ${plain(programme)}`}`
  const around = [plain(before), text, plain(after)].filter((part) => part !== '').join(' ')
  return `${head}\n  ${around}\n\n`
}

/** Without what would control a terminal. */
export function plain(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ')
}
