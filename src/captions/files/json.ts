import type { FileFacts, FileItem, FileState, FileWriter } from './caption-file.ts'

/** One document; its items are the objects of the REST lists, each with its type, in order of start. */
export const jsonWriter: FileWriter = {
  mediaType: 'application/json; charset=utf-8',
  tellsSpans: true,
  head({ channel, name, timeZone, from, to, tracks }: FileFacts): string {
    const facts = JSON.stringify({ channel, name, timeZone, from, to, tracks })
    return `${facts.slice(0, -1)},"items":[`
  },
  item(item: FileItem, _facts: FileFacts, state: FileState): string {
    if (item.type === 'cue') state.cues++
    const mark = state.items++ === 0 ? '\n' : ',\n'
    return mark + JSON.stringify({ type: item.type, ...item.value })
  },
  tail: () => '\n]}\n',
}

/** A cue a line, as the REST lists give it. */
export const jsonlWriter: FileWriter = {
  mediaType: 'application/jsonl; charset=utf-8',
  tellsSpans: false,
  head: () => '',
  item(item: FileItem, _facts: FileFacts, state: FileState): string {
    if (item.type !== 'cue') return ''
    state.cues++
    return `${JSON.stringify(item.value)}\n`
  },
  tail: () => '',
}
