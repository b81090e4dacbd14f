import assert from 'node:assert/strict'
import { it } from 'node:test'
import { faultRun } from '../support/fault-run.ts'

it(
  'sends a recording whole and once through cuts, lost acknowledgements and refusals',
  { timeout: 60_000 },
  async (t) => {
    const fired = await faultRun({
      file: 'samples/river-sport.bin',
      pace: 'fast',
      faults: [
        { kind: 'unavailable', retryAfterSeconds: 1 },
        { kind: 'cut', afterBytes: 700 },
        { kind: 'truncate', afterBytes: 900 },
        { kind: 'lost-acks', afterBytes: 800, ms: 400 },
        { kind: 'delay', ms: 150 },
      ],
      note: (text) => t.diagnostic(text),
    })
    assert.deepEqual(
      [...fired.keys()].sort(),
      ['cut', 'delay', 'lost-acks', 'truncate', 'unavailable'],
      'every fault has fired',
    )
  },
)
