import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cue, Gap } from '../../../src/protocol/api.ts'
import { Postgres } from '../../../src/server/engines/postgres/database.ts'
import { BinFiler } from '../../../src/server/engines/postgres/archive/bin-filer.ts'
import { S3Objects } from '../../../src/server/engines/s3-objects.ts'
import { groupsOf, makeEvening, rcwtOf } from '../../captions/support/television.ts'
import { FaultProxy } from '../fault-proxy.ts'
import { Viewer } from '../live.ts'
import { run, temporaryFolder, until, type Running, type Server } from '../processes.ts'
import { createRandom, type Random } from '../random.ts'
import { startReceiver } from '../receiver.ts'
import { decodeRecording, fetchCues, plain, sortCues, type PlainCue } from '../recording.ts'
import { Waiting } from './alert-words.ts'
import { startCluster, type Cluster, type ClusterOptions } from './cluster.ts'
import { isAlive, type Harm, type Harmed } from './harm.ts'
import { inAnyOrder } from './harms.ts'
import { checkGaps, checkTold } from './told.ts'

export interface HarmRun {
  readonly harms: readonly Harm[]
  readonly hosts?: ClusterOptions['hosts']
  /** Of this machine, at which the others reach what receives notifications. */
  readonly address?: string
  readonly seed: number
  /** Real time, in which harm is done; what must come right afterwards takes longer. */
  readonly playedMs: number
  readonly note: (text: string) => void
}

const channels = 4
const viewers = 8
const nodes = 3
const settledWithinMs = 150_000
/** No harm is begun so shortly before the recordings end. */
const quietMs = 8000
/** What is in S3 alone, and when it was on air. */
const old = { channel: 'old', from: '2026-11-24T18:00:00.000Z', to: '2026-11-24T19:00:00.000Z' }

/**
 * Real senders, real viewers and alerts on three nodes that share Redis, PostgreSQL and S3, to all of which harm is done.
 * Then the archive is the recordings, every viewer was told each cue or that some are missing there, and every alert once.
 */
export async function harmRun(options: HarmRun): Promise<void> {
  const { hosts, address, seed, playedMs, note } = options
  const random = createRandom(seed)
  await using open = new AsyncDisposableStack()
  const folder = open.use(await temporaryFolder())
  const receiver = open.use(await startReceiver(address))
  const cluster = open.use(
    await startCluster({
      ...{ nodes: Array.from({ length: nodes }, () => ({})), withS3: true, hosts },
      env: { CCR_WEBHOOK_ALLOW_PRIVATE: 'yes' },
    }),
  )
  const balancer = open.use(
    await FaultProxy.start(
      () => new URL(random.pick(cluster.nodes).url),
      () => ({ kind: 'none' }),
    ),
  )
  const send = async (channel: string, recording: Uint8Array, more: string[]): Promise<Running> => {
    const token = await cluster.addChannel(channel)
    const file = path.join(folder.path, `${channel}.bin`)
    writeFileSync(file, recording)
    const spool = path.join(folder.path, `spool-${channel}`)
    const to = ['--server', balancer.url, '--channel', channel, '--spool', spool]
    return open.use(run(['send', '--input', file, ...more, ...to], { CCR_TOKEN: token }))
  }
  const recordingOf = (n: number): Uint8Array => {
    const { frames } = makeEvening(seed + n, Math.max(1, playedMs / 60_000), ['roll-up'])
    return rcwtOf(groupsOf(frames).filter(({ fts }) => fts < playedMs))
  }

  const oldSender = await send(old.channel, recordingOf(channels), [
    ...['--pace', 'fast', '--start-at', old.from],
  ])
  assert.equal(await oldSender.ended, 0, oldSender.stderr())
  await putAway(cluster)
  const oldBytes = (await readOld(cluster.nodes[0]))?.length ?? 0
  assert.ok(oldBytes > 0, 'there are original bytes')

  const waiting = await Waiting.begin(cluster, receiver)
  const said = new Map<string, readonly PlainCue[]>()
  const senders: Running[] = []
  for (let n = 0; n < channels; n++) {
    const recording = recordingOf(n)
    said.set(`news-${n}`, decodeRecording(recording))
    senders.push(await send(`news-${n}`, recording, ['--pace', 'realtime']))
  }
  const names = [...said.keys()]
  const watching = Array.from({ length: viewers }, () => {
    const viewer = open.adopt(new Viewer(() => balancer.url), (one) => one[Symbol.dispose]())
    for (const name of names) viewer.follow(name)
    return viewer
  })

  const field = {
    ...cluster,
    readOld: async (node: Server) => {
      const bytes = await readOld(node)
      assert.ok(bytes === undefined || bytes.length === oldBytes, 'all of it, or none')
      return bytes === undefined ? ('not now' as const) : ('read' as const)
    },
  }
  const done = await doHarm(options, field, random)
  for (const sender of senders) {
    const timer = sleep(settledWithinMs, 'it has not ended', { ref: false })
    assert.equal(await Promise.race([sender.ended, timer]), 0, sender.stderr().slice(-3000))
  }
  for (const [name, cues] of said)
    waiting.expect(name, await checkStored(cluster.nodes[0]?.url ?? '', name, cues))
  await until('all viewers are at the end', () =>
    watching.every((viewer) =>
      names.every((name) => viewer.cuesOf(name).at(-1) === said.get(name)?.at(-1)?.text),
    ),
  )
  let holes = 0
  for (const viewer of watching) for (const name of names) holes += checkTold(viewer, name)
  const told = await waiting.check()
  await putAway(cluster)
  assert.equal((await readOld(cluster.nodes[0]))?.length, oldBytes, 'what was old is still there')
  const count = [...said.values()].reduce((sum, { length }) => sum + length, 0)
  const harmed = [...done].map(([name, times]) => `${name} ${times}`).join(', ')
  note(
    `in all: ${count} cues; ${viewers} viewers, ${holes} snapshots instead of what was missed; ${told} mentions told; ${harmed}`,
  )
}

/** Until shortly before the recordings end. How often each was done. */
async function doHarm(
  { harms, playedMs, note }: HarmRun,
  field: Harmed,
  random: Random,
): Promise<Map<string, number>> {
  const done = new Map<string, number>()
  const endMs = Date.now() + playedMs - quietMs
  for (const harm of inAnyOrder(harms, random)) {
    await sleep(500 + random.next() * 2000)
    if (Date.now() > endMs) break
    const began = Date.now()
    await harm.do(field, random)
    field.nodes.forEach(isAlive)
    note(`${harm.name}: ${Math.round((Date.now() - began) / 100) / 10} s`)
    done.set(harm.name, (done.get(harm.name) ?? 0) + 1)
  }
  return done
}

/** A channel holds what was recorded, each once, with no hole. Its cues. */
async function checkStored(
  url: string,
  channel: string,
  recorded: readonly PlainCue[],
): Promise<readonly Cue[]> {
  const stored = await fetchCues(url, channel)
  assert.deepEqual(sortCues(stored).map(plain), recorded, `${channel} is the recording`)
  const seqs = stored.map(({ position }) => position.seq)
  assert.equal(new Set(seqs).size, seqs.length, 'no position is given out twice')
  const gaps = await fetch(`${url}/api/v1/channels/${channel}/gaps`)
  checkGaps(((await gaps.json()) as { readonly items: Gap[] }).items)
  return stored
}

/** Original bytes of all hours, also of those that are not over, go where they stay. */
async function putAway({ databaseUrl, s3 }: Cluster): Promise<void> {
  const env = s3?.env ?? {}
  await using database = new Postgres({ url: databaseUrl, mostConnections: 2 })
  await using objects = new S3Objects({
    ...{ url: env['CCR_S3_URL'] ?? '', bucket: env['CCR_S3_BUCKET'] ?? '', region: 'us-east-1' },
    accessKey: env['CCR_S3_ACCESS_KEY'] ?? '',
    secretKey: env['CCR_S3_SECRET_KEY'] ?? '',
  })
  await new BinFiler(database, objects).pass(Date.now(), true)
}

/** Undefined while it cannot be read. */
async function readOld(node: Server | undefined): Promise<Uint8Array | undefined> {
  const { channel, from, to } = old
  const path = `/api/v1/channels/${channel}/download?format=bin&from=${from}&to=${to}`
  try {
    const answer = await fetch(`${node?.url ?? ''}${path}`)
    if (answer.status === 503) return undefined
    assert.equal(answer.status, 200)
    return new Uint8Array(await answer.arrayBuffer())
  } catch (error) {
    // Cut off in its midst, or before it began.
    if (error instanceof TypeError) return undefined
    throw error
  }
}
