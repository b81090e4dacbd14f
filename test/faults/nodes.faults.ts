import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { groupsOf, makeEvening, rcwtOf } from '../captions/support/television.ts'
import { startCluster, withoutCluster, type Cluster } from '../support/cluster.ts'
import { FaultProxy } from '../support/fault-proxy.ts'
import { Viewer } from '../support/live.ts'
import { run, temporaryFolder, until, type Server } from '../support/processes.ts'
import { createRandom, type Random } from '../support/random.ts'
import { decodeRecording, fetchCues, plain, sortCues, type PlainCue } from '../support/recording.ts'

const seconds = Number(process.env['TEST_SECONDS'] ?? 85)
const seed = Number(process.env['TEST_SEED'] ?? 1)
const channels = 4
const viewers = 8
const nodes = 3
/** Real time, in which faults happen; the rest of the share is for what must come right afterwards. */
const playedMs = Math.max(20_000, seconds * 600)
const settledWithinMs = 120_000

/** Something that is done to the cluster, and how it is known to have bitten. */
interface Harm {
  readonly name: string
  readonly do: (cluster: Cluster, random: Random) => Promise<void>
}

/** A problem that some node tells of in `/readyz` while it lasts. */
async function isTold(cluster: Cluster, what: RegExp): Promise<void> {
  await until(`a node says ${what.source}`, async () => {
    for (const { url } of cluster.nodes) {
      const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) }).catch(
        () => undefined,
      )
      if (answer !== undefined && what.test(await answer.text())) return true
    }
    return false
  })
}

async function replace(cluster: Cluster, node: Server | undefined): Promise<void> {
  if (node === undefined) return
  cluster.nodes.splice(cluster.nodes.indexOf(node), 1)
  node.child.kill('SIGKILL')
  assert.equal(await node.ended, 'SIGKILL')
  await cluster.addNode()
}

const harms: readonly Harm[] = [
  {
    name: 'a node is killed',
    do: (cluster, random) => replace(cluster, random.pick(cluster.nodes)),
  },
  {
    name: 'a node is paused',
    do: async (cluster, random) => {
      const node = random.pick(cluster.nodes)
      node.child.kill('SIGSTOP')
      await sleep(500 + random.next() * 6000)
      node.child.kill('SIGCONT')
    },
  },
  {
    name: 'Redis is emptied',
    do: async (cluster) => {
      const keys = Number(cluster.redis.cli('dbsize'))
      assert.ok(keys > 0, 'there was something to lose')
      cluster.redis.cli('flushall')
      await sleep(1000)
    },
  },
  {
    name: 'Redis is killed, and starts empty',
    do: async (cluster, random) => {
      await cluster.redis.signal('SIGKILL')
      await isTold(cluster, /Redis/)
      await sleep(random.next() * 2000)
      await cluster.redis.restart()
    },
  },
  {
    name: 'Redis is paused',
    do: async (cluster, random) => {
      await cluster.redis.signal('SIGSTOP')
      await isTold(cluster, /Redis/)
      await sleep(random.next() * 2000)
      await cluster.redis.signal('SIGCONT')
    },
  },
  {
    name: 'PostgreSQL is killed',
    do: async (cluster, random) => {
      await cluster.postgres.signal('SIGKILL')
      await isTold(cluster, /PostgreSQL/)
      await sleep(random.next() * 3000)
      await cluster.postgres.restart()
    },
  },
  {
    name: 'PostgreSQL is paused',
    do: async (cluster, random) => {
      await cluster.postgres.signal('SIGSTOP')
      await sleep(1000 + random.next() * 4000)
      await cluster.postgres.signal('SIGCONT')
    },
  },
]

describe('nodes whose parts are killed, paused and emptied', { skip: withoutCluster }, () => {
  it('lose nothing, double nothing, and tell viewers of every hole', async (t) => {
    const random = createRandom(seed)
    await using folder = await temporaryFolder()
    await using cluster = await startCluster({ nodes: Array.from({ length: nodes }, () => ({})) })
    await using balancer = await FaultProxy.start(
      () => new URL(random.pick(cluster.nodes).url),
      () => ({ kind: 'none' }),
    )
    await using open = new AsyncDisposableStack()
    const minutes = playedMs / 60_000
    const said = new Map<string, readonly PlainCue[]>()
    const senders = []
    for (let n = 0; n < channels; n++) {
      const name = `news-${n}`
      const token = await cluster.addChannel(name)
      const recording = rcwtOf(groupsOf(makeEvening(seed + n, minutes, ['roll-up']).frames))
      const file = path.join(folder.path, `${name}.bin`)
      writeFileSync(file, recording)
      said.set(name, decodeRecording(recording))
      const spool = path.join(folder.path, `spool-${n}`)
      const to = ['--server', balancer.url, '--channel', name, '--spool', spool]
      const args = ['send', '--input', file, '--pace', 'realtime', ...to]
      senders.push(open.use(run(args, { CCR_TOKEN: token })))
    }
    const names = [...said.keys()]
    const watching = Array.from({ length: viewers }, () => {
      const viewer = open.adopt(new Viewer(() => balancer.url), (one) => one[Symbol.dispose]())
      for (const name of names) viewer.follow(name)
      return viewer
    })
    const endMs = Date.now() + playedMs
    const done = new Map<string, number>()
    // Each of them once in a random order, then any, until the recordings end.
    const plan = [...harms]
    while (Date.now() < endMs - 8000) {
      await sleep(500 + random.next() * 2000)
      const harm =
        plan.length > 0 ? plan.splice(random.below(plan.length), 1)[0] : random.pick(harms)
      if (harm === undefined) break
      await harm.do(cluster, random)
      done.set(harm.name, (done.get(harm.name) ?? 0) + 1)
    }
    const timer = AbortSignal.timeout(settledWithinMs)
    for (const sender of senders) {
      const ended = await Promise.race([
        sender.ended,
        new Promise<string>((resolve) => {
          timer.addEventListener('abort', () => resolve('it has not ended'), { once: true })
        }),
      ])
      assert.equal(ended, 0, sender.stderr().slice(-3000))
    }
    const url = cluster.nodes[0]?.url ?? ''
    let count = 0
    for (const [name, cues] of said) {
      const stored = await fetchCues(url, name)
      assert.deepEqual(sortCues(stored).map(plain), cues, `${name} is the recording`)
      const seqs = stored.map(({ position }) => position.seq)
      assert.equal(new Set(seqs).size, seqs.length, 'no position is given out twice')
      count += cues.length
    }
    await until('all viewers are at the end', () =>
      watching.every((viewer) => names.every((name) => isAtEnd(viewer, name, said.get(name)))),
    )
    let holes = 0
    for (const viewer of watching) for (const name of names) holes += checkViewer(viewer, name)
    t.diagnostic(
      `${count} cues; ${viewers} viewers, ${holes} snapshots instead of what was missed; ${[...done]
        .map(([name, times]) => `${name} ${times}`)
        .join(', ')}`,
    )
  })
})

function isAtEnd(viewer: Viewer, name: string, cues: readonly PlainCue[] = []): boolean {
  return viewer.cuesOf(name).at(-1) === cues.at(-1)?.text
}

/** What a viewer did not see lies where it was told that something is missing. The number of those places. */
function checkViewer(viewer: Viewer, name: string): number {
  let last: number | undefined
  let holes = 0
  let isHole = false
  const take = ({ id, text }: { readonly id: number; readonly text: string }): void => {
    if (last !== undefined && id <= last) {
      // What a log lost is sent again, under another epoch, which was told.
      assert.ok(holes > 0, `${name}: “${text}” was told twice`)
      return
    }
    if (last !== undefined && id > last + 1)
      assert.ok(isHole, `${name}: ${last + 1} to ${id - 1} were left out in silence`)
    isHole = false
    last = id
  }
  for (const event of viewer.events) {
    if (event.type === 'bye' || event.channel !== name) continue
    if (event.type === 'cue') take(event)
    if (event.type !== 'snapshot') continue
    if (!event.complete) {
      holes++
      isHole = true
    }
    for (const cue of event.cues) take(cue)
  }
  return holes
}
