import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  clipSpans,
  lengthOfSpans,
  subtractSpans,
  unionOfSpans,
  type TimeSpan,
} from './time-spans.ts'

const span = fc
  .tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 }))
  .map(([fromMs, toMs]): TimeSpan => ({ fromMs, toMs }))
const spans = fc.array(span, { maxLength: 6 })

/** The moments of 0 … 29 that are in any of them: each is a whole number here. */
function moments(list: readonly TimeSpan[]): number[] {
  const all = Array.from({ length: 30 }, (_, ms) => ms)
  return all.filter((ms) => list.some(({ fromMs, toMs }) => fromMs <= ms && ms < toMs))
}

function assertSeparate(list: readonly TimeSpan[]): void {
  for (const [i, { fromMs, toMs }] of list.entries()) {
    assert.ok(fromMs < toMs)
    assert.ok(i === 0 || (list[i - 1]?.toMs ?? Infinity) <= fromMs)
  }
}

describe('time spans', () => {
  it('are united, taken away and clipped as the sets of their moments', () => {
    fc.assert(
      fc.property(spans, spans, span, (a, b, within) => {
        const union = unionOfSpans([...a, ...b])
        assertSeparate(union)
        assert.deepEqual(moments(union), moments([...a, ...b]))
        assert.equal(lengthOfSpans(union), moments(union).length)
        const rest = subtractSpans(a, b)
        assertSeparate(rest)
        const away = new Set(moments(b))
        assert.deepEqual(
          moments(rest),
          moments(a).filter((ms) => !away.has(ms)),
        )
        const inside = new Set(moments([within]))
        assert.deepEqual(
          moments(clipSpans(a, within)),
          moments(a).filter((ms) => inside.has(ms)),
        )
      }),
    )
  })

  it('may last', () => {
    const open = [{ fromMs: 10, toMs: Infinity }]
    assert.deepEqual(subtractSpans(open, [{ fromMs: 20, toMs: 30 }]), [
      { fromMs: 10, toMs: 20 },
      { fromMs: 30, toMs: Infinity },
    ])
    assert.deepEqual(subtractSpans(open, open), [])
  })
})
