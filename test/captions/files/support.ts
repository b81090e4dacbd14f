import {
  createFileState,
  type CaptionFormat,
  type FileFacts,
  type FileItem,
  type FileState,
} from '../../../src/captions/files/caption-file.ts'
import { fileWriters } from '../../../src/captions/files/writers.ts'
import type { Airing, Cue, Gap } from '../../../src/protocol/api.ts'

export const zeroMs = Date.UTC(2026, 10, 24, 18)

/** RFC 3339 of a number of seconds after the file's zero. */
export function at(seconds: number): string {
  return new Date(zeroMs + Math.round(seconds * 1000)).toISOString()
}

export function cue(id: number, start: number, end: number, text: string, fields = {}): FileItem {
  const value: Cue = {
    ...{ channel: 'news', track: 'CC1', id, start: at(start), end: at(end), text },
    ...{ mode: 'pop-on', language: 'en', run: 'r7', position: { epoch: 'e0000000', seq: id } },
    airing: null,
    ...fields,
  }
  return { type: 'cue', value }
}

export function airing(id: string, start: number, title: string): FileItem {
  const value: Airing = {
    ...{ channel: 'news', id, run: 'r7', title, start: at(start), end: null, source: 'xds' },
    ...{ description: null, category: null, rating: null, position: { epoch: 'e0000000', seq: 1 } },
  }
  return { type: 'airing', value }
}

export function gap(from: number, to: number | null): FileItem {
  const value: Gap = {
    ...{ channel: 'news', id: `g${from}`, run: 'r7', from: at(from) },
    ...{ to: to === null ? null : at(to), reason: 'source-lost' },
    position: { epoch: 'e0000000', seq: 1 },
  }
  return { type: 'gap', value }
}

export function facts(format: CaptionFormat, fields: Partial<FileFacts> = {}): FileFacts {
  return {
    ...{ format, channel: 'news', name: 'News One', timeZone: 'America/New_York' },
    ...{ from: at(0), to: at(3600), tracks: [{ track: 'CC1', language: 'en' }], zeroMs },
    ...fields,
  }
}

/** A whole file; the state crosses as between threads, after every item. */
export function write(
  format: CaptionFormat,
  items: readonly FileItem[],
  fields: Partial<FileFacts> = {},
): { text: string; state: FileState } {
  const writer = fileWriters[format]
  const about = facts(format, fields)
  let state = createFileState(about)
  let text = writer.head(about)
  for (const item of items) {
    state = structuredClone(state)
    text += writer.item(item, about, state)
  }
  return { text: text + writer.tail(about, state), state }
}

/** What captions never say and files must bear. */
export const hostileTexts = [
  'A --> B',
  '1\n00:00:01,000 --> 00:00:02,000\nnot a cue',
  '<i>not italics</i> & <script>alert(1)</script>',
  '&amp; &lt; is not <',
  "=cmd|' /C calc'!A0",
  '- a dash, "quotes", commas',
  "'=already quoted",
  '@SUM(1+1)*cmd',
  '👩‍👩‍👧‍👦 family 🇪🇺',
  'שלום עולם\u200f!',
  '字幕は、日本語です。',
  'first row\n\n\nlast row',
  'a\r\nb\rc',
  'NUL \u0000 bell \u0007 escape \u001b[31m del \u007f',
  'half \ud800 a character',
  'NOTE this is no note',
  'WEBVTT',
  ']]> <!-- -- -->',
  '{\\an8}top',
] as const
