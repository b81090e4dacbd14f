import { describe, it } from 'node:test'
import { faultRun, randomFault } from '../support/fault-run.ts'
import { createRandom } from '../support/random.ts'
import type { Fault } from '../support/fault-proxy.ts'

/** Real senders through a faulty way to a real server, again and again until the time is over. */

const seconds = Number(process.env['TEST_SECONDS'] ?? 60)
const seed = Number(process.env['TEST_SEED'] ?? 1)
const recordings = [
  'samples/river-sport.bin',
  'samples/the-cartographer.bin',
  'samples/canal-plaza.bin',
]

describe('a recording sent through a faulty way', () => {
  it('is in the archive whole and once', async (t) => {
    const random = createRandom(seed)
    const end = Date.now() + seconds * 1000 * 0.8
    do {
      const faults: Fault[] = Array.from({ length: 1 + random.below(6) }, () => randomFault(random))
      // A delayed connection goes through and is the last one that is needed.
      const planned = faults.filter((fault, i) => fault.kind !== 'delay' || i === faults.length - 1)
      await faultRun({
        file: random.pick(recordings),
        pace: 'fast',
        faults: planned,
        note: (text) => t.diagnostic(text),
      })
    } while (Date.now() < end)
  })

  it('survives a connection that goes dead without a word', async (t) => {
    await faultRun({
      file: 'samples/the-cartographer.bin',
      pace: 'fast',
      faults: [{ kind: 'half-open', afterBytes: 3000 }],
      note: (text) => t.diagnostic(text),
    })
  })
})
