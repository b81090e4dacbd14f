import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formatTally } from './word-tally.ts'

describe('a tally of words', () => {
  it('says how often terms are said, and in how many minutes, but for those said once', () => {
    const minutes = [['rain', 'on', 'the', 'rain'], [], ['the', 'sea']]
    assert.equal(formatTally(minutes), ' rain-1,2 the-2 ')
    assert.equal(formatTally([['sea']]), ' ')
  })
})
