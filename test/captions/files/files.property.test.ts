import fc from 'fast-check'
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { captionFormats, type FileItem } from '../../../src/captions/files/caption-file.ts'
import { cleanText } from '../../../src/captions/files/clean-text.ts'
import { toLine21, wrapRows } from '../../../src/captions/files/line21-rows.ts'
import { cue, hostileTexts, write } from './support.ts'

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc
    .array(fc.constantFrom(...hostileTexts, '\n', '-->', '<', '&', '"', "'", '=', ' ', '\r'), {
      maxLength: 6,
    })
    .map((parts) => parts.join('')),
)

const timelines: fc.Arbitrary<FileItem[]> = fc
  .array(fc.record({ text: texts, after: fc.nat(9000), length: fc.nat(9000) }), { maxLength: 12 })
  .map((cues) => {
    let at = 0
    return cues.map(({ text, after, length }, n) => {
      at += after / 1000
      return cue(n + 1, at, at + length / 1000, text, { track: n % 3 === 0 ? 'CC3' : 'CC1' })
    })
  })

it('no format throws or loses count, whatever was said and when', () => {
  fc.assert(
    fc.property(timelines, (items) => {
      const said = items.filter(
        (item) => item.type === 'cue' && cleanText(item.value.text) !== '',
      ).length
      for (const format of captionFormats) {
        const { state, text } = write(format, items)
        const isWhole = format === 'json' || format === 'jsonl' || format === 'csv'
        // What is only marks of direction has nothing that line 21 could show.
        if (format === 'scc') assert.ok(state.cues <= said)
        else assert.equal(state.cues, isWhole ? items.length : said, format)
        assert.equal(state.held.length, 0)
        if (format === 'srt' || format === 'vtt')
          assert.equal(
            text.match(/^\d\d:\d\d:\d\d[.,]\d{3} --> \d\d:\d\d:\d\d[.,]\d{3}/gm)?.length ?? 0,
            said,
          )
      }
    }),
    { numRuns: 300 },
  )
})

it('clean text is clean, and stays as it is when it is cleaned again', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const clean = cleanText(text)
      assert.equal(cleanText(clean), clean)
      assert.doesNotMatch(clean, /\n\s*\n|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
      assert.ok(clean.isWellFormed())
    }),
  )
})

it('rows for line 21 have at most 32 columns and characters it has', () => {
  fc.assert(
    fc.property(texts, (text) => {
      for (const row of wrapRows(toLine21(cleanText(text)).text)) assert.ok(row.length <= 32, row)
    }),
  )
})
