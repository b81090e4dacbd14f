import assert from 'node:assert/strict'
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

/** Most of a run is waiting for the client's patience to end. */
const atOnce = 6
const kinds = ['cut', 'delay', 'half-open', 'lost-acks', 'truncate', 'unavailable']

describe('a recording sent through a faulty way', () => {
  it('is in the archive whole and once', async (t) => {
    const random = createRandom(seed)
    const end = Date.now() + seconds * 1000 * 0.9
    const fired = new Map<string, number>()
    let rounds = 0
    const work = async (): Promise<void> => {
      do {
        const faults = Array.from({ length: 1 + random.below(6) }, () => randomFault(random))
        const run = await faultRun({
          file: random.pick(recordings),
          pace: 'fast',
          faults: rounds++ % 10 === 5 ? [{ kind: 'half-open', afterBytes: 800 }] : ordered(faults),
          note: () => undefined,
        })
        for (const [kind, count] of run) fired.set(kind, (fired.get(kind) ?? 0) + count)
      } while (Date.now() < end)
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    t.diagnostic(`${rounds} rounds: ${[...fired].map((entry) => entry.join(' ')).join(', ')}`)
    if (rounds >= 30) assert.deepEqual([...fired.keys()].sort(), kinds)
  })
})

/** A connection that is only delayed goes through, so that nothing would come after it. */
function ordered(faults: readonly Fault[]): Fault[] {
  return [
    ...faults.filter(({ kind }) => kind !== 'delay'),
    ...faults.filter(({ kind }) => kind === 'delay').slice(0, 1),
  ]
}
