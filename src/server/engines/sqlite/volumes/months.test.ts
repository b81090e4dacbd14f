import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { formatMonth, monthOf, monthStartMs, parseMonth } from './months.ts'

describe('months', () => {
  it('hold every moment from their start to the next one’s, and are read as they are written', () => {
    const anyMs = fc.integer({
      min: Date.parse('0000-01-01T00:00:00.000Z'),
      max: Date.parse('9999-12-31T23:59:59.999Z'),
    })
    fc.assert(
      fc.property(anyMs, (ms) => {
        const month = monthOf(ms)
        assert.ok(monthStartMs(month) <= ms && ms < monthStartMs(month + 1))
        assert.equal(formatMonth(month), new Date(ms).toISOString().slice(0, 7))
        assert.equal(parseMonth(formatMonth(month)), month)
      }),
    )
  })

  it('are not read from other names', () => {
    for (const name of ['2026-13', '2026-00', '2026-1', 'x2026-01', '']) {
      assert.equal(parseMonth(name), undefined)
    }
  })
})
