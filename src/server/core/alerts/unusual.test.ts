import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sigmaOf, usualOf } from './unusual.ts'

describe('usualOf', () => {
  it('is the middle of the weeks, and one week out of the ordinary moves it little', () => {
    const calm = usualOf([10, 12, 11, 9, 13, 10, 11, 12])
    assert.equal(calm.usual, 11)
    const once = usualOf([10, 12, 11, 9, 13, 10, 11, 500])
    assert.equal(once.usual, 11)
    assert.ok(once.deviation < 2 * calm.deviation)
  })

  it('never takes a few weeks that agree for certainty', () => {
    assert.equal(usualOf([0, 0, 0, 0]).deviation, 1)
    assert.equal(usualOf([100, 100, 100]).deviation, 10)
    assert.equal(sigmaOf(130, usualOf([100, 100, 100])), 3)
  })

  it('follows hours that scatter', () => {
    const { usual, deviation } = usualOf([0, 100, 200, 300, 400])
    assert.equal(usual, 200)
    assert.ok(deviation > 140)
  })
})
