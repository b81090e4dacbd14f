import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cannotCutPower } from '../support/power-cut/power-cut.ts'
import { surviveSenderCuts } from '../support/power-cut/sender-lives.ts'
import { surviveCuts } from '../support/power-cut/server-lives.ts'
import { createRandom } from '../support/random.ts'

/** The power of one side is cut, and only what was synced is there again, until the time is over. */

// Half its share: the rounds of points.crash.ts take the rest.
const seconds = Number(process.env['TEST_SECONDS'] ?? 60) / 2
const seed = Number(process.env['TEST_SEED'] ?? 1)
const cuts = 8

describe(`power cuts, seed ${seed}`, { skip: cannotCutPower() }, () => {
  it('take nothing that was acknowledged, and double nothing', async (t) => {
    const random = createRandom(seed)
    const end = Date.now() + seconds * 1000
    let done = 0
    do {
      t.diagnostic(await surviveCuts({ random, cuts, doesSync: true }))
      t.diagnostic(await surviveSenderCuts({ random, cuts: 3, doesSync: true }))
      done += cuts
    } while (Date.now() < end)
    t.diagnostic(`in all: ${done} power cuts of a server, nothing acknowledged lost or doubled`)
  })

  it('take what was acknowledged where nothing is synced', async () => {
    const random = createRandom(seed)
    const server = surviveCuts({ random, cuts: 1, doesSync: false })
    await assert.rejects(server, /these cues are lost/)
    const sender = surviveSenderCuts({ random, cuts: 1, doesSync: false })
    await assert.rejects(sender, /not the sessions that were sent/)
  })
})
