import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isAlike, signatureOf } from './likeness.ts'

function alike(a: string, b: string): boolean {
  const [one, other] = [signatureOf(a), signatureOf(b)]
  return one !== null && other !== null && isAlike(one, other)
}

describe('isAlike', () => {
  const said = '>> A STORM IS COMING TO THE HARBOUR BRIDGE THIS EVENING, OFFICIALS SAY.'

  it('knows the same words, whatever their rows, case and marks', () => {
    assert.ok(alike(said, 'a storm is coming\nto the harbour bridge this evening officials say'))
    assert.ok(alike(said, said.replace('THIS', 'THE')))
  })

  it('takes other words about the same for what they are', () => {
    assert.ok(
      !alike(said, 'THE HARBOUR BRIDGE IS CLOSED THIS EVENING, POLICE SAY, AS A STORM PASSES.'),
    )
  })

  it('says nothing of what is too short to tell', () => {
    assert.equal(signatureOf('HARBOUR BRIDGE.'), null)
    assert.ok(!alike('STORM WARNING', 'STORM WARNING'))
  })
})
