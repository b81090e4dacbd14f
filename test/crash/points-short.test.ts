import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { it } from 'node:test'
import { FaultPlan } from '../support/crash/plan.ts'
import { elsewhere, findCrashPoints } from '../support/crash/points.ts'
import { runRounds } from '../support/crash/rounds.ts'
import { createRandom } from '../support/random.ts'

it('knows every named moment of the sources', () => {
  const named = globSync('src/**/*.ts')
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/['"`](ccr:[a-z]+\.[^'"`]*)['"`]/g)])
    .filter(([, name = '']) => !elsewhere.test(name))
  const known = findCrashPoints().map(({ name }) => name)
  assert.equal(known.length, named.length)
  assert.equal(new Set(known).size, known.length, 'each has a name of its own')
})

it('loses and doubles nothing when either side dies at a named moment', async (t) => {
  const random = createRandom(Date.now() % 1000)
  const rounds = 2
  let done = 0
  await runRounds({
    ...{ random, plan: new FaultPlan(random), roundsPerWorld: rounds },
    note: (text) => {
      done++
      t.diagnostic(text)
    },
    isOver: () => done >= rounds,
  })
})
