import type { Cue } from '../../../protocol/api.ts'
import type { SearchItem } from '../../../protocol/search.ts'
import { tokenize } from '../../../query/text/tokenize.ts'
import type { Passage } from '../../ports/search.ts'

/** A passage as readers get it: one text, with what is marked in it. `snippetWords`: no more of it than these. */
export function searchItem(passage: Passage, snippetWords: number | null): SearchItem {
  const { channel, track, run, airing, mentions } = passage
  const all = new Map(passage.cues.map(({ cue, highlights }) => [cue.id, highlights]))
  let text = ''
  const highlights: [number, number][] = []
  for (const cue of passage.all) {
    if (text !== '') text += ' '
    for (const [from, to] of all.get(cue.id) ?? [])
      highlights.push([text.length + from, text.length + to])
    text += oneLine(cue.text)
  }
  const first = passage.all[0]
  const last = passage.all.at(-1)
  const item = {
    ...{ channel, track, airing, mentions, text, highlights },
    language: first?.language ?? null,
    start: first?.start ?? '',
    end: last?.end ?? '',
    before: joined(passage.before),
    after: joined(passage.after),
    cues: passage.all.map(({ id, start, end }) => ({ run, id, start, end })),
    permalink: permalink(channel, first?.start ?? '', track),
  }
  return snippetWords === null ? item : clipPassage(item, snippetWords)
}

export function permalink(channel: string, start: string, track: string): string {
  return `/c/${encodeURIComponent(channel)}/${start}?track=${encodeURIComponent(track)}`
}

/** A row break is as long as a space, so that places in the text stay. */
function oneLine(text: string): string {
  return text.replaceAll('\n', ' ')
}

function joined(cues: readonly Cue[]): string {
  return cues.map(({ text }) => oneLine(text)).join(' ')
}

/** So many words from the first that is marked, or a little before it; nothing around them. */
export function clipPassage<T extends Pick<SearchItem, 'text' | 'highlights' | 'before' | 'after'>>(
  item: T,
  words: number,
): T {
  const { offsets, terms } = tokenize(item.text)
  const short = { ...item, before: '', after: '' }
  if (terms.length <= words) return short
  const mark = item.highlights[0]?.[0] ?? 0
  const marked = Math.max(
    0,
    terms.findIndex((_, n) => (offsets[2 * n + 1] ?? 0) > mark),
  )
  const firstWord = Math.max(0, Math.min(marked - Math.floor(words / 4), terms.length - words))
  const from = offsets[2 * firstWord] ?? 0
  const to = offsets[2 * (firstWord + words) - 1] ?? item.text.length
  const highlights = item.highlights.flatMap(([a, b]): [number, number][] =>
    b > from && a < to ? [[Math.max(a, from) - from, Math.min(b, to) - from]] : [],
  )
  return { ...short, text: item.text.slice(from, to), highlights }
}
