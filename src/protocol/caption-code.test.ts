import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { captionCodes, decodeCaption, encodeCaption } from './caption-code.ts'

const read = (bytes: Uint8Array): string | undefined => decodeCaption(bytes, 0, bytes.length)

describe('the code of captions', () => {
  it('has one text for each byte from 0x80 to 0xff', () => {
    assert.equal(captionCodes.length, 128)
    assert.equal(new Set(captionCodes).size, 128)
    for (const text of captionCodes) assert.equal(encodeCaption(text).length, 1, text)
  })

  it('gives every text back as it was, whatever it is', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((n) => String.fromCharCode(n)) }),
      fc.string({ unit: fc.constantFrom(...captionCodes, '\n', '\u001b', '字', '🎬') }),
    )
    fc.assert(
      fc.property(texts, (text) => assert.equal(read(encodeCaption(text)), text)),
      { numRuns: 2000 },
    )
  })

  it('reads any bytes as a text or as none, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = read(bytes)
        assert.ok(text === undefined || typeof text === 'string')
      }),
      { numRuns: 2000 },
    )
  })

  it('takes about two thirds of the bytes of what is typed live', () => {
    const text = ">> HE HAS NOT THROWN ONE SINCE THE FOURTH INNING. THAT'S WHEN MABRY HIT ONE."
    const typed = text.match(/.{1,3}/g) ?? []
    const bytes = typed.reduce((sum, part) => sum + encodeCaption(part).length, 0)
    assert.ok(bytes < text.length * 0.75, `${bytes} of ${text.length}`)
  })
})
