import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { LivePace } from './live-pace.ts'

describe(LivePace.name, () => {
  it('grows with the crowd, between what is smooth and what reads as stutter', () => {
    const ticks = [0, 1, 50, 200, 1000, 10_000, 1e6].map((n) => new LivePace(() => n).tickMs)
    assert.deepEqual(
      ticks,
      ticks.toSorted((a, b) => a - b),
    )
    assert.equal(ticks[0], 50)
    assert.ok(ticks.every((tick) => tick <= 120))
  })

  it('grows when viewers take most of the time, and recovers', () => {
    const pace = new LivePace(() => 50)
    const calm = pace.tickMs
    for (let n = 1; n <= 10; n++) pace.note(450, n * 500)
    assert.ok(pace.tickMs > calm * 1.5)
    for (let n = 11; n <= 40; n++) pace.note(10, n * 500)
    assert.equal(pace.tickMs, calm)
  })

  it('keeps every beat at its phase, and two writes to a viewer apart', () => {
    const pace = new LivePace(() => 2000)
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        fc.integer({ min: 0, max: 7 }),
        (nowMs, beat) => {
          const wait = pace.waitMs(beat / 8, nowMs)
          assert.ok(wait >= 0.29 * pace.tickMs && wait < 1.31 * pace.tickMs, String(wait))
          const phase = ((nowMs + wait) / pace.tickMs) % 1
          const off = Math.abs(phase - beat / 8)
          assert.ok(Math.min(off, 1 - off) < 1e-5, String(off))
        },
      ),
    )
  })
})
