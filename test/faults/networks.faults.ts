import assert from 'node:assert/strict'
import { it } from 'node:test'
import { start } from '../support/processes.ts'
import { withoutCluster } from '../support/nodes/cluster.ts'
import { cutsOf } from '../support/nodes/cuts.ts'
import { harmRun } from '../support/nodes/harm-run.ts'
import type { DistantHost } from '../support/nodes/hosts.ts'
import {
  inNetwork,
  isInNetwork,
  Network,
  networkEnv,
  reasonAgainstNetworks,
} from '../support/nodes/network.ts'

const seconds = Number(process.env['TEST_SECONDS'] ?? 75)
const seed = Number(process.env['TEST_SEED'] ?? 1)

if (isInNetwork)
  it('in a network of their own', async (t) => {
    const network = new Network()
    const nodes: DistantHost[] = []
    const hosts = {
      ...{ postgres: network.addHost('postgres'), redis: network.addHost('redis') },
      s3: network.addHost('s3'),
      node: (n: number) => (nodes[n] ??= network.addHost(`node${n}`)),
    }
    await harmRun({
      ...{ harms: cutsOf(hosts), hosts, address: network.address, seed },
      ...{ playedMs: Math.max(20_000, seconds * 700), note: (text) => t.diagnostic(text) },
    })
  })
else
  it(
    'nodes that are cut off from each other and from their engines lose nothing, double nothing, and tell of every hole',
    { skip: withoutCluster === false ? reasonAgainstNetworks() : withoutCluster },
    async (t) => {
      const { program, args } = inNetwork(import.meta.url)
      const env = { TEST_SECONDS: String(seconds), TEST_SEED: String(seed), ...networkEnv }
      await using inside = start(program, args, env)
      const code = await inside.ended
      const said = inside.stdout() + inside.stderr()
      for (const [, note] of said.matchAll(/^\s*(?:ℹ|#) (.+: .+)$/gm))
        if (note !== undefined) t.diagnostic(note)
      assert.equal(code, 0, said)
    },
  )
