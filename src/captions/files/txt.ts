import type { FileFacts, FileItem, FileState, FileWriter } from './caption-file.ts'
import { cleanLine, cleanText } from './clean-text.ts'
import { gapWords } from './spans.ts'
import { formatLocal } from './times.ts'

/** To be read: programmes are headings, gaps are told in words, times are those of the channel's own clock. */
export const txtWriter: FileWriter = {
  mediaType: 'text/plain; charset=utf-8',
  tellsSpans: true,
  head,
  item: formatItem,
  tail: () => '',
}

function head(facts: FileFacts): string {
  const { from, to } = facts
  const range = [
    from === null ? '' : `from ${formatLocal(from, facts)}`,
    to === null ? '' : `to ${formatLocal(to, facts)}`,
    `(${facts.timeZone})`,
  ]
  const tracks = facts.tracks.map(({ track }) => track).join(', ')
  const lines = [cleanLine(facts.name), range.filter((text) => text !== '').join(' '), tracks]
  return `${lines.filter((line) => line !== '').join('\n')}\n\n`
}

function formatItem(item: FileItem, facts: FileFacts, state: FileState): string {
  const show = (at: string): string => formatLocal(at, facts)
  if (item.type === 'airing')
    return `\n== ${cleanLine(item.value.title)}, ${show(item.value.start)} ==\n\n`
  if (item.type === 'gap') return `\n[${gapWords(item.value, show)}]\n\n`
  const text = cleanText(item.value.text)
  if (text === '') return ''
  state.cues++
  if (facts.tracks.length < 2) return `${text}\n`
  return `${text.replace(/^/gm, `${item.value.track}: `)}\n`
}
