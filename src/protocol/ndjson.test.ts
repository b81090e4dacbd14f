import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { LineDecoder } from './ndjson.ts'

function decode(chunks: readonly Uint8Array[], maxBytes: number): unknown[] {
  const decoder = new LineDecoder(maxBytes)
  return [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.end()]
}

describe(LineDecoder.name, () => {
  it('gives the same lines for any chunks of the same bytes', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: 'grapheme', maxLength: 20 }).map((s) => s.replace(/[\r\n]/g, ' ')),
        ),
        fc.array(fc.nat(7)),
        (lines, cuts) => {
          const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''))
          const chunks: Uint8Array[] = []
          let at = 0
          for (const cut of cuts) {
            chunks.push(bytes.subarray(at, at + cut))
            at += cut
          }
          chunks.push(bytes.subarray(at))
          assert.deepEqual(
            decode(chunks, 1000),
            lines.filter((line) => line !== '').map((text) => ({ ok: true, text })),
          )
        },
      ),
    )
  })

  it('reports a line that is too long once, before its end has come, and nothing after it', () => {
    const decoder = new LineDecoder(4)
    const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
    assert.deepEqual(decoder.push(encode('1234\n12345')), [
      { ok: true, text: '1234' },
      { ok: false, code: 'line-too-long' },
    ])
    assert.deepEqual(decoder.push(encode('\nnext\n')), [])
    assert.deepEqual(decoder.end(), [])
  })
})
