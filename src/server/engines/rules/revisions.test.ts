import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { supersededRuns } from './revisions.ts'

describe('supersededRuns', () => {
  it('leaves the highest revision of each original, in whatever order they are told', () => {
    const second = { run: 'b', of: 'a', revision: 2, ended: true as const }
    const third = { run: 'c', of: 'a', revision: 3, ended: true as const }
    const original = { run: 'a' }
    for (const runs of [
      [original, second, third],
      [third, second, original],
      [second, third],
    ])
      assert.deepEqual([...supersededRuns(runs)].sort(), ['a', 'b'])
  })

  it('knows nothing of runs that were never decoded again', () => {
    assert.deepEqual(supersededRuns([{ run: 'a' }, { run: 'b' }]), new Set())
  })

  it('does not let a run replace itself', () => {
    assert.deepEqual(supersededRuns([{ run: 'a', of: 'a', revision: 2, ended: true }]), new Set())
  })

  it('hides a decode that has not ended, and keeps what it is to replace', () => {
    const second = { run: 'b', of: 'a', revision: 2, ended: true as const }
    const third = { run: 'c', of: 'a', revision: 3 }
    assert.deepEqual([...supersededRuns([second, third])].sort(), ['a', 'c'])
    assert.deepEqual([...supersededRuns([third])], ['c'])
  })
})
