import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { CaptionFormat, FileItem } from '../../../src/captions/files/caption-file.ts'
import { cleanText } from '../../../src/captions/files/clean-text.ts'
import {
  decodeText,
  detectTextFormat,
  readCaptionText,
  type TextFormat,
} from '../../../src/captions/files/read/caption-text.ts'
import { UnreadableSourceError } from '../../../src/captions/faults.ts'
import { cue, hostileTexts, write, zeroMs } from './support.ts'

const exact = ['vtt', 'ttml', 'json', 'jsonl', 'csv'] as const satisfies readonly TextFormat[]
const tracks = [
  { track: 'CC1', language: 'en' },
  { track: 'CC3', language: 'es' },
]

/** Rows as every reader gives them: trimmed, none empty. */
function rows(text: string): string {
  return cleanText(text)
    .split('\n')
    .map((row) => row.trim())
    .filter((row) => row !== '')
    .join('\n')
}

function expected(items: readonly FileItem[], isInstants: boolean): unknown[] {
  return items.flatMap((item) => {
    if (item.type !== 'cue' || rows(item.value.text) === '') return []
    const { start, end, text, track } = item.value
    const ms = (at: string): number => Date.parse(at) - (isInstants ? 0 : zeroMs)
    return { startMs: ms(start), endMs: ms(end), text: rows(text), track }
  })
}

function readBack(format: CaptionFormat & TextFormat, items: readonly FileItem[]): unknown[] {
  const { text } = write(format, items, { tracks })
  assert.equal(detectTextFormat(text), format)
  const { cues, isInstants, faults } = readCaptionText(text, format)
  assert.deepEqual(faults, {})
  assert.equal(isInstants, ['json', 'jsonl', 'csv'].includes(format))
  return cues.map(({ startMs, endMs, text: said, track }) => ({
    ...{ startMs, endMs, text: rows(said), track },
  }))
}

describe('files that we wrote, read again', () => {
  const items = hostileTexts.map((text, n) =>
    cue(n + 1, 10 + n * 3.017, 12 + n * 3.017, text, n % 2 === 0 ? {} : { track: 'CC3' }),
  )
  for (const format of exact)
    it(`${format}: times, tracks and texts are what was written`, () => {
      const isInstants = ['json', 'jsonl', 'csv'].includes(format)
      assert.deepEqual(readBack(format, items), expected(items, isInstants))
    })

  it('srt: what has no markup is what was written', () => {
    const plain = ['>> GOOD EVENING.', 'TWO\nROWS', 'A & B < C > D', '字幕'].map((text, n) =>
      cue(n + 1, n * 2, n * 2 + 1.5, text),
    )
    const { text } = write('srt', plain)
    const { cues, faults } = readCaptionText(text, 'srt')
    assert.deepEqual(faults, {})
    assert.deepEqual(
      cues.map(({ text: said, endMs }) => [said, endMs]),
      [
        ['>> GOOD EVENING.', 1500],
        ['TWO\nROWS', 3500],
        ['A & B < C > D', 5500],
        ['字幕', 7500],
      ],
    )
  })

  it('any text, at any time, in each format', () => {
    const said = fc.array(
      fc.record({ text: fc.string({ unit: 'binary', maxLength: 60 }), pause: fc.nat(5_000_000) }),
      { minLength: 1, maxLength: 8 },
    )
    fc.assert(
      fc.property(said, fc.constantFrom(...exact), (list, format) => {
        let at = 0
        const some = list.map(({ text, pause }, n) => {
          at += pause / 1000 + 2
          return cue(n + 1, at, at + 1.5, text.replaceAll(/\r/g, ' '))
        })
        const isInstants = ['json', 'jsonl', 'csv'].includes(format)
        const wanted = expected(some, isInstants)
        const found = readBack(format, some).filter((one) => (one as { text: string }).text !== '')
        assert.deepEqual(found, wanted)
      }),
      { numRuns: 150 },
    )
  })
})

describe('files of others', () => {
  it('WebVTT: notes, styles and settings are not said; who speaks is', () => {
    const text = [
      'WEBVTT - made elsewhere\r\nKind: captions\r\n',
      'STYLE\n::cue { color: red }\n',
      'NOTE a --> b is no timing\n',
      'intro\n00:01.000 --> 00:02.500 line:0 align:start\n<v.loud Anna Lee>Is it <i>cold</i>?\n- It&nbsp;is &lt;here&gt; &#39;now&#x27;.\n',
      '1:00:00.000 --> 1:00:01.000\n<c.yellow.bg_blue>Bright</c> <00:00:01.500>words\n',
      '00:03.000 --> 00:04.000\n\n',
      'soon --> later\nnothing\n',
    ].join('\n')
    const { cues, faults } = readCaptionText(text, 'vtt')
    assert.deepEqual(cues, [
      {
        ...{ startMs: 1000, endMs: 2500 },
        text: "Anna Lee: Is it cold?\n- It\u00a0is <here> 'now'.",
      },
      { startMs: 3_600_000, endMs: 3_601_000, text: 'Bright words' },
    ])
    assert.deepEqual(faults, { 'no-text': 1, 'bad-timing': 1 })
  })

  it('SubRip: old line ends, marks of players, points for commas, Windows’ letters', () => {
    const bytes = Uint8Array.from(
      Buffer.from(
        '1\r\n00:00:01.5 --> 00:00:02,000 X1:0 X2:10\r\n{\\an8}<font color="#fff">Voil\xe0</font>\r\n\r\n\r\n7\r\n00:00:03,000 --> 00:00:04,000\r\nend',
        'latin1',
      ),
    )
    const text = decodeText(bytes)
    assert.equal(detectTextFormat(text), 'srt')
    assert.deepEqual(
      readCaptionText(text, 'srt').cues.map(({ startMs, text: said }) => [startMs, said]),
      [
        [1500, 'Voilà'],
        [3000, 'end'],
      ],
    )
    const utf16 = Buffer.from('\ufeff1\n00:00:01,000 --> 00:00:02,000\nž\n', 'utf16le')
    assert.equal(readCaptionText(decodeText(utf16), 'srt').cues[0]?.text, 'ž')
  })

  it('TTML: frames, offsets, nested and sequential times, timed spans, languages', () => {
    const text = `<?xml version="1.0"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:frameRate="25" xml:lang="fr">
<head/><body begin="10s"><div xml:lang="de" begin="1s">
<p begin="00:00:01:05" end="00:00:02:00">Guten<br/>Abend</p>
<p begin="3s" dur="500ms" xml:space="default">  ein   <span>Wort</span> </p>
</div><div timeContainer="seq"><p dur="2s">un</p><p dur="2s">deux</p></div>
<div><p><span begin="20s" end="21s">A</span><span begin="21s" end="22s">B</span></p><p begin="30s">sans fin</p></div></body></tt>`
    const { cues, faults } = readCaptionText(text, 'ttml')
    assert.deepEqual(
      cues.map(({ startMs, endMs, text: said, language }) => [startMs, endMs, said, language]),
      [
        [12_200, 13_000, 'Guten\nAbend', 'de'],
        [14_000, 14_500, 'ein   Wort', 'de'],
        [10_000, 12_000, 'un', 'fr'],
        [12_000, 14_000, 'deux', 'fr'],
        [30_000, 31_000, 'A', 'fr'],
        [31_000, 32_000, 'B', 'fr'],
      ],
    )
    assert.deepEqual(faults, { 'bad-timing': 1 })
  })

  it('JSON: lists of speech recognisers, in seconds; what is no cue is counted', () => {
    const segments = [
      { start: 0, end: 1.25, text: 'hello', id: 7 },
      { start: -1, end: 0, text: 'before time' },
      { start: 2, end: 3 },
    ]
    const read = readCaptionText(JSON.stringify({ segments, language: 'en' }), 'json')
    assert.deepEqual(read, {
      cues: [{ startMs: 0, endMs: 1250, text: 'hello' }],
      isInstants: false,
      faults: { 'bad-cue': 2 },
    })
    const lines = readCaptionText('{"start":1,"end":2,"text":"a"}\nno\n\n', 'jsonl')
    assert.deepEqual([lines.cues.length, lines.faults], [1, { 'bad-line': 1 }])
  })

  it('CSV: quotes, any order of columns, seconds or instants, guarded formulas', () => {
    const text = `text,end,start,speaker\n"one, ""two""\nthree",2.5,1,x\n'=1+1,2026-11-24T18:00:01.000Z,2026-11-24T18:00:00.000Z,\n'tis,4,3,\n`
    const { cues } = readCaptionText(text, 'csv')
    assert.deepEqual(
      cues.map(({ startMs, text: said }) => [startMs, said]),
      [
        [1000, 'one, "two"\nthree'],
        [Date.UTC(2026, 10, 24, 18), '=1+1'],
        [3000, "'tis"],
      ],
    )
  })

  it('what is something else is refused with what was expected', () => {
    for (const [format, text, words] of [
      ['ttml', '<html><body/></html>', /not TTML/],
      ['ttml', 'words', /not TTML/],
      ['json', '{"start":', /not JSON/],
      ['json', '{"a":1}', /expected a JSON list/],
      ['csv', 'a,b\n1,2\n', /header with start, end, text/],
      ['csv', 'start,end,text\n"open,1,2', /not CSV/],
    ] as const)
      assert.throws(
        () => readCaptionText(text, format),
        (error) => error instanceof UnreadableSourceError && words.test(error.message),
        `${format}: ${text}`,
      )
    for (const text of ['', 'just words\nand more', '{', '<p>']) {
      const format = detectTextFormat(text)
      assert.ok(format === null || format === 'jsonl', text)
    }
  })
})
