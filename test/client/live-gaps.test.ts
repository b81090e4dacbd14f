import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LiveGaps, usualGapTimes } from '../../src/client/live/live-gaps.ts'

const s = 1000
const min = 60 * s

describe('LiveGaps', () => {
  const begin = (): LiveGaps => new LiveGaps('r1', 0, usualGapTimes)

  it('opens source-lost after 10 s without a byte, from the last one, and closes it at the next', () => {
    const gaps = begin()
    assert.deepEqual(gaps.bytes(5 * s), [])
    assert.deepEqual(gaps.tick(14 * s), [])
    const lost = { id: 'r1-gap-1', reason: 'source-lost', fromMs: 5 * s }
    assert.deepEqual(gaps.tick(15 * s), [{ ...lost, toMs: null }])
    assert.deepEqual(gaps.tick(16 * s), [])
    assert.deepEqual(gaps.bytes(30 * s), [{ ...lost, toMs: 30 * s }])
    assert.deepEqual(gaps.bytes(31 * s), [])
  })

  it('opens no-captions after 10 min of bytes without text, from the last caption, closes it at the next', () => {
    const gaps = begin()
    gaps.caption(20 * s)
    let opened: unknown
    for (let at = 20 * s; at <= 20 * s + 10 * min; at += s) {
      gaps.bytes(at)
      const changes = gaps.tick(at)
      if (changes.length > 0) opened = [at, changes]
    }
    const none = { id: 'r1-gap-1', reason: 'no-captions', fromMs: 20 * s }
    assert.deepEqual(opened, [20 * s + 10 * min, [{ ...none, toMs: null }]])
    assert.deepEqual(gaps.caption(15 * min), [{ ...none, toMs: 15 * min }])
  })

  it('is lost at once where that is known, once', () => {
    const gaps = begin()
    gaps.bytes(5 * s)
    const lost = { id: 'r1-gap-1', reason: 'source-lost', fromMs: 5 * s }
    assert.deepEqual(gaps.lose(), [{ ...lost, toMs: null }])
    assert.deepEqual(gaps.lose(), [])
    assert.deepEqual(gaps.bytes(7 * s), [{ ...lost, toMs: 7 * s }])
  })

  it('has one kind at a time: a lost source ends no-captions, and its time counts for none', () => {
    const gaps = begin()
    gaps.bytes(10 * min)
    assert.equal(gaps.tick(10 * min)[0]?.reason, 'no-captions')
    const changes = gaps.tick(10 * min + 10 * s)
    assert.deepEqual(
      changes.map(({ reason, fromMs, toMs }) => [reason, fromMs, toMs]),
      [
        ['no-captions', 0, 10 * min],
        ['source-lost', 10 * min, null],
      ],
    )
    gaps.bytes(30 * min)
    gaps.bytes(39 * min)
    assert.deepEqual(gaps.tick(39 * min), [])
  })

  it('is not misled by a correction of the clock, and ends what is open at the end', () => {
    const gaps = begin()
    gaps.shift(3600 * s)
    assert.deepEqual(gaps.tick(3605 * s), [])
    assert.equal(gaps.tick(3610 * s).length, 1)
    assert.deepEqual(
      gaps.end(3620 * s).map(({ toMs }) => toMs),
      [3620 * s],
    )
    assert.deepEqual(gaps.end(3630 * s), [])
  })
})
