import assert from 'node:assert/strict'
import { challengeLifeMs, type Challenges } from '../../src/server/ports/challenges.ts'
import { conformance, type Skips } from './support.ts'

export function challengesConformance(
  engine: string,
  open: (now: () => number) => Promise<Challenges & AsyncDisposable>,
  skip: Skips = {},
): void {
  let nowMs = 0
  const openNow = (): Promise<Challenges & AsyncDisposable> => {
    nowMs = Date.UTC(2026, 10, 10)
    return open(() => nowMs)
  }
  conformance(`challenges conformance: ${engine}`, openNow, skip, (rule) => {
    rule('takes an answer once, also of two at the same moment', async (challenges) => {
      await challenges.put('one', 'sign-in')
      await challenges.put('two', 'sign-in')
      const answers = ['one', 'one', 'two', 'three'].map((each) => challenges.take(each, 'sign-in'))
      assert.deepEqual((await Promise.all(answers)).toSorted(), [false, false, true, true])
      assert.equal(await challenges.take('two', 'sign-in'), false)
    })

    rule('takes no answer to another question, and leaves that one open', async (challenges) => {
      await challenges.put('one', 'add:session')
      assert.equal(await challenges.take('one', 'sign-in'), false)
      assert.equal(await challenges.take('one', 'add:other'), false)
      assert.equal(await challenges.take('one', 'add:session'), true)
    })

    rule('takes no answer that comes too late', async (challenges) => {
      await challenges.put('early', 'sign-in')
      await challenges.put('late', 'sign-in')
      nowMs += challengeLifeMs - 1
      assert.equal(await challenges.take('early', 'sign-in'), true)
      nowMs += 1
      assert.equal(await challenges.take('late', 'sign-in'), false)
    })
  })
}
