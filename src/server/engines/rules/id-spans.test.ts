import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { IdSpans } from './id-spans.ts'

describe('IdSpans', () => {
  it('holds what was added, once, in as few spans as there are runs of numbers', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 })), (ids) => {
        const spans = new IdSpans()
        const model = new Set<number>()
        for (const id of ids) {
          assert.equal(spans.add(id), !model.has(id))
          model.add(id)
        }
        for (let id = 1; id <= 61; id++) assert.equal(spans.has(id), model.has(id))
        const starts = [...model].filter((id) => !model.has(id - 1)).sort((a, b) => a - b)
        assert.deepEqual(
          spans.spans().map(([from]) => from),
          starts,
        )
        assert.deepEqual(new IdSpans(spans.spans()).spans(), spans.spans())
      }),
    )
  })
})
