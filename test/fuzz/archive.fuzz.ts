import { it } from 'node:test'
import { createRandom } from '../../src/simulator/random.ts'
import { agreeWithMemory, modelNow } from '../engines/archive-model.ts'
import { openArchive } from '../engines/postgres/archive-rig.ts'
import { startPostgres, withoutPostgres } from '../support/database.ts'

const seconds = Number(process.env['TEST_SECONDS'] ?? 10)
const seed = Number(process.env['TEST_SEED'] ?? 1)
const random = createRandom(seed)

it(
  'the archive in PostgreSQL answers as the one in memory, for as long as it is given',
  { skip: withoutPostgres },
  async (t) => {
    await using server = await startPostgres()
    await using rig = await openArchive(await server.newDatabase(), { now: modelNow })
    const untilMs = performance.now() + seconds * 1000
    do await agreeWithMemory(rig, { numRuns: 1, seed: random.below(2 ** 31) })
    while (performance.now() < untilMs)
    const { rows } = await rig.database.query('SELECT count(*) AS channels FROM log_channel')
    t.diagnostic(JSON.stringify({ seed, ...(rows as object[])[0] }))
  },
)
