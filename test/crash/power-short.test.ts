import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cannotCutPower } from '../support/power-cut/power-cut.ts'
import { surviveSenderCuts } from '../support/power-cut/sender-lives.ts'
import { surviveCuts } from '../support/power-cut/server-lives.ts'
import { createRandom } from '../support/random.ts'

describe('a power cut', { skip: cannotCutPower() }, () => {
  const random = createRandom(Date.now() % 1000)

  it('takes nothing from a server that was acknowledged', async (t) => {
    t.diagnostic(await surviveCuts({ random, cuts: 1, doesSync: true }))
  })

  it('takes nothing from a sender', async (t) => {
    t.diagnostic(await surviveSenderCuts({ random, cuts: 1, doesSync: true }))
  })

  it('would take what was acknowledged from a server that does not sync', async () => {
    const survived = surviveCuts({ random, cuts: 1, doesSync: false })
    await assert.rejects(survived, /these cues are lost/)
  })
})
