import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Cue } from '../../../src/protocol/api.ts'
import { serveHurried } from '../crash/hurried.ts'
import { PlanFile } from '../crash/plan.ts'
import { crashEnvironment, findCrashPoints } from '../crash/points.ts'
import { addChannel, temporaryFolder, type Server } from '../processes.ts'
import type { Random } from '../random.ts'
import { fetchCues } from '../recording.ts'
import { Feeder, isCue, run, seqsOfGroups, textOf } from './feeder.ts'
import { Disk } from './power-cut.ts'

export interface Lives {
  readonly random: Random
  /** Power cuts. */
  readonly cuts: number
  readonly doesSync: boolean
  /** Where the cuts fall, one after the other; undefined: at moments of chance. */
  readonly at?: readonly Moment[] | undefined
}

export interface Moment {
  readonly point: string
  readonly nth: number
  /** See CrashPlan. */
  readonly lingerMs?: number | undefined
}

/** More than a life has time for. */
const perLife = 600
/** A moment that was planned is waited for. */
const comesWithinMs = 20_000
/** Where nothing is synced, the power goes when so much was acknowledged: something must be lost. */
const ackedAtLeast = 30

/**
 * A server whose power is cut again and again, at named moments and others, and that finds only what it had
 * synced. Throws unless all that was acknowledged is there each time, and all is there once at the end.
 */
export async function surviveCuts({ random, cuts, doesSync, at }: Lives): Promise<string> {
  await using folder = await temporaryFolder()
  const first = path.join(folder.path, '0')
  mkdirSync(first)
  const feeder = new Feeder(await addChannel(first, 'cut'))
  let disk = new Disk(first)
  let seen: readonly Cue[] = []
  let longestUnacked = 0
  let fired = 0
  for (let cut = 1; cut <= cuts; cut++) {
    const plan = new PlanFile(path.join(folder.path, 'plan'))
    const planned = at?.[cut - 1]
    // A log that forgets leaves everything to what was filed.
    const doesForget = planned !== undefined || random.next() < 0.5
    const env = { ...disk.environment(doesSync), ...crashEnvironment(plan.file) }
    await using server = await serveHurried({ data: disk.root, port: 0, doesForget, env })
    seen = await compare(server, feeder.acked, seen)
    if (planned !== undefined) plan.arm(planned.point, planned.nth, planned.lingerMs)
    else if (doesSync && random.next() < 0.6) plan.arm(random.pick(points), 1 + random.below(8))
    const upTo = feeder.sent + perLife
    const afterMs = planned === undefined ? 100 + random.below(700) : comesWithinMs
    const began = performance.now()
    const isTime = (): boolean =>
      doesSync ? performance.now() - began > afterMs : feeder.acked > ackedAtLeast
    const killer = setInterval(() => isTime() && server.child.kill('SIGKILL'), 5).unref()
    await feeder.feed(server, upTo)
    assert.equal(await server.ended, 'SIGKILL', server.stderr())
    clearInterval(killer)
    plan.disarm()
    if (plan.hasFired) fired++
    else assert.equal(planned, undefined, 'what was planned has come')
    longestUnacked = Math.max(longestUnacked, feeder.sent - feeder.acked)
    disk = disk.cut(path.join(folder.path, String(cut)))
  }
  await using server = await serveHurried({ data: disk.root, port: 0, doesForget: true, env: {} })
  await compare(server, feeder.acked, seen)
  const last = feeder.sent + 10
  await feeder.feed(server, last)
  assert.equal(feeder.acked, last)
  await checkWhole(server, last)
  return `${cuts} power cuts (${fired} at named points), ${last} events, up to ${longestUnacked} sent and not acknowledged`
}

/** Those that a feed of this kind comes by; the power goes at any moment anyway. */
const points = findCrashPoints()
  .filter(({ side }) => side === 'server')
  .map(({ name }) => name)

/** What was acknowledged is there, and what was there has its position still. */
async function compare(
  server: Server,
  acked: number,
  before: readonly Cue[],
): Promise<readonly Cue[]> {
  const cues = await fetchCues(server.url, 'cut')
  const found = new Set(cues.map(({ id }) => id * 2))
  const lost = Array.from({ length: acked }, (_, n) => n + 1)
    .filter(isCue)
    .filter((seq) => !found.has(seq))
  assert.deepEqual(lost, [], `of ${acked} acknowledged events, these cues are lost`)
  assert.deepEqual(cues.slice(0, before.length), before, 'what was listed is listed as it was')
  return cues
}

async function checkWhole(server: Server, last: number): Promise<void> {
  const cues = await fetchCues(server.url, 'cut')
  const seqs = Array.from({ length: last }, (_, n) => n + 1)
  assert.deepEqual(
    cues.map(({ run: of, id, text }) => ({ of, id, text })),
    seqs.filter(isCue).map((seq) => ({ of: run, id: seq / 2, text: textOf(seq) })),
    'every cue once, in order',
  )
  const positions = cues.map(({ position }) => position.seq)
  assert.deepEqual(
    [...positions].sort((a, b) => a - b),
    positions,
    'positions rise',
  )
  assert.equal(new Set(positions).size, positions.length, 'and are unique')
  assert.equal(new Set(cues.map(({ position }) => position.epoch)).size, 1)
  const answer = await fetch(`${server.url}/api/v1/channels/cut/download?format=bin`)
  const groups = seqsOfGroups(Buffer.from(await answer.arrayBuffer()))
  assert.deepEqual(
    groups,
    seqs.filter((seq) => seq > 1 && !isCue(seq)),
    'every piece of BIN once, in order',
  )
}
