import { it } from 'node:test'
import { withoutPostgres } from '../support/database.ts'
import { leadersRun } from '../support/leaders/leaders-run.ts'
import { createRandom } from '../support/random.ts'

it(
  'every mention is told once while the node that leads is killed or paused',
  { skip: withoutPostgres, timeout: 120_000 },
  async (t) => {
    const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 1000)
    t.diagnostic(`seed ${seed}`)
    const note = (text: string): void => t.diagnostic(text)
    await leadersRun({ faults: 3, random: createRandom(seed), leaseMs: 1500, note })
  },
)
