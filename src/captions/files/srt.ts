import type { FileItem, FileState, FileWriter } from './caption-file.ts'
import { cleanText } from './clean-text.ts'
import { holdApart, releaseHeld } from './hold-apart.ts'
import { fileTimes, formatClock } from './times.ts'

/** SubRip has no comments and no names: only cues, whatever their track. */
export const srtWriter: FileWriter = {
  mediaType: 'application/x-subrip; charset=utf-8',
  tellsSpans: false,
  head: () => '',
  item: (item, _facts, state) => formatAll(holdApart(item, state), state),
  tail: (_facts, state) => formatAll(releaseHeld(state), state),
}

function formatAll(items: readonly FileItem[], state: FileState): string {
  let text = ''
  for (const item of items) text += formatEntry(item, state)
  return text
}

function formatEntry(item: FileItem, state: FileState): string {
  if (item.type !== 'cue') return ''
  const text = withoutTimings(cleanText(item.value.text))
  if (text === '') return ''
  const { startMs, endMs } = fileTimes(item.value, state)
  state.cues++
  return `${state.cues}\n${formatClock(startMs, ',')} --> ${formatClock(endMs, ',')}\n${text}\n\n`
}

/** SubRip has no escapes. Only a row that reads like a timing can break the file, and only its arrow is shortened. */
function withoutTimings(text: string): string {
  return text.includes('-->') ? text.replace(/(\d\s*)-->(\s*\d)/g, '$1->$2') : text
}
