import type { FileFacts, FileItem, FileState, FileWriter } from './caption-file.ts'
import { cleanLine, cleanText, escapeMarkup } from './clean-text.ts'
import { holdApart, releaseHeld } from './hold-apart.ts'
import { gapWords } from './spans.ts'
import { fileTimes, formatClock } from './times.ts'

/**
 * WebVTT: channel, programmes and gaps as notes; a cue's identifier is its identity, `run/track/id`. Of several tracks,
 * each is a class, and those after the first are shown at the top.
 */
export const vttWriter: FileWriter = {
  mediaType: 'text/vtt; charset=utf-8',
  tellsSpans: true,
  head,
  item: (item, facts, state) => formatAll(holdApart(item, state), facts, state),
  tail: (facts, state) => formatAll(releaseHeld(state), facts, state),
}

function head(facts: FileFacts): string {
  const tracks = facts.tracks.map(({ track, language }) =>
    language === null ? track : `${track} (${language})`,
  )
  return [
    `WEBVTT - ${note(facts.name)}\n`,
    'NOTE',
    `channel: ${facts.channel}`,
    ...(facts.from === null ? [] : [`from: ${facts.from}`]),
    ...(facts.to === null ? [] : [`to: ${facts.to}`]),
    ...(facts.zeroMs === null ? [] : [`zero: ${new Date(facts.zeroMs).toISOString()}`]),
    `tracks: ${tracks.join(', ')}\n\n`,
  ].join('\n')
}

function formatAll(items: readonly FileItem[], facts: FileFacts, state: FileState): string {
  let text = ''
  for (const item of items) text += formatBlock(item, facts, state)
  return text
}

function formatBlock(item: FileItem, facts: FileFacts, state: FileState): string {
  if (item.type === 'gap') return `NOTE gap: ${gapWords(item.value)}\n\n`
  if (item.type === 'airing')
    return `NOTE programme: ${note(item.value.title)}, from ${item.value.start}\n\n`
  const { run, track, id } = item.value
  const text = escapeMarkup(cleanText(item.value.text))
  if (text === '') return ''
  const { startMs, endMs } = fileTimes(item.value, state)
  state.cues++
  const isOne = facts.tracks.length < 2
  const place = isOne || track === facts.tracks[0]?.track ? '' : ' line:1'
  const body = isOne ? text : `<c.${track}>${text}</c>`
  return `${run}/${track}/${id}\n${formatClock(startMs, '.')} --> ${formatClock(endMs, '.')}${place}\n${body}\n\n`
}

function note(text: string): string {
  return cleanLine(text).replaceAll('-->', '->')
}
