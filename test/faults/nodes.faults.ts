import { it } from 'node:test'
import { withoutCluster } from '../support/nodes/cluster.ts'
import { harmRun } from '../support/nodes/harm-run.ts'
import { harmsOfProcesses } from '../support/nodes/harms.ts'

const seconds = Number(process.env['TEST_SECONDS'] ?? 75)
const seed = Number(process.env['TEST_SEED'] ?? 1)

it(
  'nodes whose parts are killed, paused and emptied lose nothing, double nothing, and tell of every hole',
  { skip: withoutCluster },
  (t) =>
    harmRun({
      ...{ harms: harmsOfProcesses(), seed, playedMs: Math.max(20_000, seconds * 700) },
      note: (text) => t.diagnostic(text),
    }),
)
