import type { FileCues } from './file-cues.ts'
import { readCsv } from './csv.ts'
import { readJson, readJsonLines } from './json.ts'
import { readTimedText } from './timed-text.ts'
import { readTtml } from './ttml.ts'

/** Files of finished captions that can be read; TXT has no times. */
export const textFormats = ['srt', 'vtt', 'ttml', 'json', 'jsonl', 'csv'] as const
export type TextFormat = (typeof textFormats)[number]

/** Throws UnreadableSourceError for what is not of that format at all. */
export function readCaptionText(text: string, format: TextFormat): FileCues {
  switch (format) {
    case 'srt':
    case 'vtt':
      return readTimedText(text.replace(/\r\n?/g, '\n'), format)
    case 'ttml':
      return readTtml(text)
    case 'json':
      return readJson(text)
    case 'jsonl':
      return readJsonLines(text)
    case 'csv':
      return readCsv(text)
  }
}

/** Tells the format of finished captions by how they begin; null for anything else. */
export function detectTextFormat(text: string): TextFormat | null {
  const head = text.slice(0, 4096).trimStart()
  if (/^WEBVTT(?:\s|$)/.test(head)) return 'vtt'
  if (/^<\?xml|^<(?:\w+:)?tt[\s>]/.test(head)) return 'ttml'
  if (head.startsWith('[')) return 'json'
  // Inside a text, the quotes would have marks before them.
  if (head.startsWith('{')) return /"(?:items|segments)"\s*:\s*\[/.test(head) ? 'json' : 'jsonl'
  if (/^(?:\d+\s*\r?\n\s*)?\d+:\d+:\d+[.,]\d+\s*-->/.test(head)) return 'srt'
  const header = head.slice(0, head.search(/\r?\n|$/)).split(',')
  return ['start', 'end', 'text'].every((name) => header.includes(name)) ? 'csv' : null
}

/** UTF-8, UTF-16 with its mark, or else Windows-1252, which old subtitles are in. */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}
