import { it } from 'node:test'
import { faultRun } from '../support/fault-run.ts'

it(
  'sends a recording whole and once through cuts, lost acknowledgements and refusals',
  { timeout: 60_000 },
  async (t) => {
    await faultRun({
      file: 'samples/river-sport.bin',
      pace: 'fast',
      faults: [
        { kind: 'unavailable', retryAfterSeconds: 1 },
        { kind: 'cut', afterBytes: 2000 },
        { kind: 'truncate', afterBytes: 2500 },
        { kind: 'lost-acks', afterBytes: 3000, ms: 400 },
        { kind: 'delay', ms: 150 },
      ],
      note: (text) => t.diagnostic(text),
    })
  },
)
