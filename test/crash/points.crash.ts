import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FaultPlan } from '../support/crash/plan.ts'
import { runRounds } from '../support/crash/rounds.ts'
import { createRandom } from '../support/random.ts'

/**
 * Server and senders die at every named moment of storage and spool, and at any moment between, again and
 * again until the time is over.
 */

// Twice its share: the two files beside it take half of theirs.
const seconds = Number(process.env['TEST_SECONDS'] ?? 60) * 2
const seed = Number(process.env['TEST_SEED'] ?? 1)

describe('a server and its senders that die at named and random moments', () => {
  it('lose, double and reorder nothing, wherever it is read', async (t) => {
    const random = createRandom(seed)
    const plan = new FaultPlan(random)
    const end = Date.now() + seconds * 1000
    const { rounds, cues } = await runRounds({
      ...{
        random,
        plan,
        roundsPerWorld: 12,
        note: (text) => t.diagnostic(`seed ${seed}: ${text}`),
      },
      isOver: () => Date.now() > end && plan.missing.length === 0,
    })
    assert.deepEqual(plan.missing, [], 'points at which nothing died')
    const { server, sender } = plan.kills
    t.diagnostic(
      `in all: ${rounds} rounds, ${plan.hit.size} points hit ${[...plan.hit.values()].reduce((a, b) => a + b, 0)} times, ${server} random kills of the server and ${sender} of senders, ${cues} cues, none lost, none twice`,
    )
  })
})
