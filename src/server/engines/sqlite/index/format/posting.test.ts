import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { encodePosting, readPosting } from './posting.ts'

/** Ascending positions: seldom, often, and side by side. */
const positions = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 1, max: 9 }) },
      { weight: 1, arbitrary: fc.constant(1) },
      { weight: 1, arbitrary: fc.integer({ min: 100, max: 900 }) },
    ),
    { minLength: 1, maxLength: 700 },
  )
  .map((steps) => {
    let at = -1
    return Int32Array.from(steps, (step) => (at += step))
  })

describe('encodePosting', () => {
  it('gives back what it was given, whole and in parts', () => {
    const kinds = new Set<boolean>()
    fc.assert(
      fc.property(positions, fc.nat(3000), fc.nat(3000), (values, from, length) => {
        const bytes = encodePosting(values)
        kinds.add(bytes[0] === 0)
        const to = from + length
        const part = values.filter((value) => value >= from && value < to)
        assert.deepEqual(readPosting(bytes).within(from, to), part)
        const read = readPosting(bytes)
        assert.equal(read.length, values.length)
        assert.deepEqual(read.list(), values)
        assert.deepEqual(read.within(from, to), part)
      }),
    )
    assert.equal(kinds.size, 2, 'both ways of packing were met')
  })

  it('finds what follows, however many are asked for', () => {
    fc.assert(
      fc.property(positions, positions, fc.nat(3), fc.nat(40), (values, all, distance, few) => {
        const known = new Set(values)
        for (const starts of [all, all.slice(0, few)]) {
          const wanted = starts.filter((start) => known.has(start + distance))
          assert.deepEqual(readPosting(encodePosting(values)).followed(starts, distance), wanted)
        }
      }),
    )
  })

  it('packs a range that is full as steps', () => {
    const full = Int32Array.from({ length: 600 }, (_, n) => n)
    assert.deepEqual(readPosting(encodePosting(full)).list(), full)
  })

  it('refuses what is damaged', () => {
    const often = encodePosting(Int32Array.from({ length: 300 }, (_, n) => 3 * n))
    assert.throws(() => readPosting(often.subarray(0, -1)), RangeError)
    const otherCount = often.slice()
    otherCount[4] = 1
    assert.throws(() => readPosting(otherCount), RangeError)
  })
})
