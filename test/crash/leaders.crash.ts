import { it } from 'node:test'
import { withoutPostgres } from '../support/database.ts'
import { leadersRun } from '../support/leaders/leaders-run.ts'
import { createRandom } from '../support/random.ts'

const seconds = Number(process.env['TEST_SECONDS'] ?? 60)
const seed = Number(process.env['TEST_SEED'] ?? 1)
const faults = 8

it(
  `every mention is told once while the node that leads is killed or paused, ${faults} times and again`,
  { skip: withoutPostgres },
  async (t) => {
    const random = createRandom(seed)
    const end = Date.now() + seconds * 1000
    let longestMs = 0
    let rounds = 0
    do {
      const began = Date.now()
      t.diagnostic(`round ${rounds++}, seed ${seed}`)
      // The last as long as servers use.
      const leaseMs = random.pick([1500, 2500, 5000])
      await leadersRun({ faults, random, leaseMs, note: (text) => t.diagnostic(text) })
      longestMs = Math.max(longestMs, Date.now() - began)
    } while (Date.now() + longestMs < end)
  },
)
