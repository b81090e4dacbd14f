import imscDoc from 'imsc/src/main/js/doc.js'
import imscIsd from 'imsc/src/main/js/isd.js'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as mediaCaptions from 'media-captions'
import type { FileItem } from '../../../src/captions/files/caption-file.ts'
import { cleanText } from '../../../src/captions/files/clean-text.ts'
import { airing, cue, gap, hostileTexts, write } from './support.ts'

interface Timed {
  readonly startMs: number
  readonly endMs: number
  readonly text: string
}

const items: readonly FileItem[] = [
  airing('a1', 0, 'The --> <Evening> & more'),
  ...hostileTexts.map((text, n) => cue(n + 1, 10 + n * 3.017, 12 + n * 3.017, text)),
  gap(100, 160),
  cue(90, 90_000.5, 90_001.25, 'after a day and an hour'),
]

const expected: readonly Timed[] = items.flatMap((item) =>
  item.type === 'cue'
    ? {
        startMs: Date.parse(item.value.start) - Date.UTC(2026, 10, 24, 18),
        endMs: Date.parse(item.value.end) - Date.UTC(2026, 10, 24, 18),
        text: cleanText(item.value.text),
      }
    : [],
)

/** Its own types do not resolve under Node's rules. */
const { parseText } = mediaCaptions as unknown as {
  parseText: (
    text: string,
    options: { type: 'srt' | 'vtt'; strict: boolean; errors: boolean },
  ) => Promise<{ cues: { startTime: number; endTime: number; text: string }[]; errors: unknown[] }>
}

async function parse(text: string, type: 'srt' | 'vtt'): Promise<Timed[]> {
  const { cues, errors } = await parseText(text, { type, strict: true, errors: true })
  assert.deepEqual(errors, [])
  return cues.map((each) => ({
    startMs: Math.round(each.startTime * 1000),
    endMs: Math.round(each.endTime * 1000),
    text: each.text,
  }))
}

describe('a file, written and read by others', () => {
  it('srt: times and texts are equal, but for the arrow of a row that reads like a timing', async () => {
    const { text, state } = write('srt', items)
    assert.equal(state.cues, expected.length)
    const wanted = expected.map((each) => ({
      ...each,
      text: each.text.replace('000 --> 00', '000 -> 00'),
    }))
    assert.deepEqual(await parse(text, 'srt'), wanted)
  })

  it('vtt: times and texts are equal', async () => {
    const found = await parse(write('vtt', items).text, 'vtt')
    const plain = (text: string): string =>
      text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
    assert.deepEqual(
      found.map((each) => ({ ...each, text: plain(each.text) })),
      expected,
    )
  })

  it('ttml: times and texts are equal, in the IMSC reference implementation', () => {
    const problems: string[] = []
    const report = (text: string): boolean => {
      problems.push(text)
      return false
    }
    const document = imscDoc.fromXML(write('ttml', items).text, {
      ...{ info: report, warn: report, error: report, fatal: report },
    })
    assert.ok(document !== null)
    assert.deepEqual(problems, [])
    const found: Timed[] = []
    const begin = new Map<string, number>()
    const times = document.getMediaTimeEvents()
    for (const [n, time] of times.entries()) {
      const shown = textsOf(imscIsd.generateISD(document, time))
      for (const [text, startMs] of begin)
        if (!shown.includes(text)) {
          found.push({ startMs, endMs: Math.round(time * 1000), text })
          begin.delete(text)
        }
      for (const text of shown) if (!begin.has(text)) begin.set(text, Math.round(time * 1000))
      assert.ok(n < times.length - 1 || shown.length === 0)
    }
    assert.deepEqual(found, expected)
  })

  it('json: the very objects of the REST lists, in order, whatever they hold', () => {
    const document = JSON.parse(write('json', items).text) as { items: object[]; channel: string }
    assert.equal(document.channel, 'news')
    assert.deepEqual(
      document.items,
      items.map(({ type, value }) => ({ type, ...value })),
    )
    assert.deepEqual((JSON.parse(write('json', []).text) as { items: object[] }).items, [])
  })

  it('jsonl: a cue a line', () => {
    const lines = write('jsonl', items).text.trimEnd().split('\n')
    assert.deepEqual(
      lines.map((line) => JSON.parse(line) as unknown),
      items.filter(({ type }) => type === 'cue').map(({ value }) => value),
    )
  })

  it('csv: every text comes back, and none of them begins a formula', () => {
    const [header, ...rows] = readCsv(write('csv', items).text)
    const column = header?.indexOf('text') ?? -1
    const cells = rows.map((row) => row[column] ?? '')
    for (const cell of cells) assert.doesNotMatch(cell, /^[=+\-@\t\r]/)
    const back = cells.map((cell) =>
      /^'+\s*[=+\-@\t\r＝＋－＠]/.test(cell) ? cell.slice(1) : cell,
    )
    assert.deepEqual(
      back,
      items.flatMap((item) => (item.type === 'cue' ? item.value.text : [])),
    )
    assert.equal(new Set([header, ...rows].map((row) => row?.length)).size, 1)
  })

  it('txt: programmes are headings, gaps are told in words, on the clock of the channel', () => {
    const { text } = write('txt', items)
    assert.match(text, /^News One\nfrom 2026-11-24 13:00:00 to 2026-11-24 14:00:00 \(America/)
    assert.match(text, /^== The --> <Evening> & more, 2026-11-24 13:00:00 ==$/m)
    assert.match(
      text,
      /^\[nothing was received from 2026-11-24 13:01:40 to 2026-11-24 13:02:40: the source was lost\]$/m,
    )
    for (const each of expected) assert.ok(text.includes(`\n${each.text}\n`), each.text)
  })
})

interface Content {
  readonly kind?: string
  readonly text?: string
  readonly contents?: readonly Content[]
}

/** The paragraphs on screen at one moment. */
function textsOf(screen: { contents: readonly Content[] }): string[] {
  const textOf = (content: Content): string =>
    content.kind === 'br' ? '\n' : (content.text ?? content.contents?.map(textOf).join('') ?? '')
  const paragraphs = (content: Content): string[] =>
    content.kind === 'p' ? [textOf(content)] : (content.contents?.flatMap(paragraphs) ?? [])
  return screen.contents.flatMap(paragraphs)
}

/** RFC 4180, to the letter. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy
  for (let match = field.exec(text); match !== null; match = field.exec(text)) {
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] === '\r\n') {
      if (field.lastIndex === text.length) return rows
      rows.push([])
    }
  }
  throw new Error('not RFC 4180')
}
