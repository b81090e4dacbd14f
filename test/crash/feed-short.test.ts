import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { crashRun, temporaryFile } from '../support/crash-run.ts'
import { createRandom } from '../support/random.ts'

/** About fourteen seconds of a stream: enough to be killed in, also where starting again takes a while. */
const packets = 14 * 30

it(
  'keeps a recording whole and once while both sides are killed with -9',
  { timeout: 90_000 },
  async (t) => {
    const stream = readFileSync('samples/harbour-news.ts')
    const file = temporaryFile('short.ts', stream.subarray(0, packets * 188))
    const random = createRandom(Date.now() % 1000)
    await crashRun({ file, kills: 3, random, note: (text) => t.diagnostic(text) })
  },
)
