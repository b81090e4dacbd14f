import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { serveHurried } from '../crash/hurried.ts'
import { PlanFile } from '../crash/plan.ts'
import { crashEnvironment, findCrashPoints } from '../crash/points.ts'
import { cutRecording } from '../crash/recordings.ts'
import { checkStory, type Session } from '../crash/story.ts'
import { addChannel, run, temporaryFolder, type Running } from '../processes.ts'
import { fetchCues } from '../recording.ts'
import { Disk } from './power-cut.ts'
import type { Lives } from './server-lives.ts'

const startAtMs = Date.UTC(2026, 1, 28, 23, 59, 40)

/**
 * A sender of a recording whose power is cut again and again, at named moments of its spool and others, and
 * that finds only what it had synced. Throws unless the recording is whole and once in the archive.
 */
export async function surviveSenderCuts({ random, cuts, doesSync, at }: Lives): Promise<string> {
  await using folder = await temporaryFolder()
  const data = path.join(folder.path, 'data')
  const token = await addChannel(data, 'cut')
  await using server = await serveHurried({ data, port: 0, doesForget: false, env: {} })
  const input = path.join(folder.path, 'recording.bin')
  const recording = cutRecording('samples/the-cartographer.bin', 100)
  writeFileSync(input, recording.bytes)
  const first = path.join(folder.path, '0')
  mkdirSync(first)
  let disk = new Disk(first)
  const plan = new PlanFile(path.join(folder.path, 'plan'))
  const send = (env: Readonly<Record<string, string>>, pace: string): Running => {
    const to = ['--server', server.url, '--channel', 'cut', '--spool', disk.root]
    const times = ['--pace', pace, '--start-at', new Date(startAtMs).toISOString()]
    return run(['send', ...to, '--input', input, ...times], { CCR_TOKEN: token, ...env })
  }
  let happened = 0
  let producer: string | undefined
  for (let cut = 1; cut <= cuts; cut++) {
    const chosen = doesSync ? random.pick(points) : 'ccr:spool.acknowledged'
    // By the second acknowledgement some cues are stored.
    const { point, nth } = at?.[cut - 1] ?? { point: chosen, nth: doesSync ? 1 : 2 }
    plan.arm(point, nth)
    // What is acknowledged in real time is so long before the note of the end is written.
    const isFast = !doesSync || point !== 'ccr:spool.acknowledged' || random.next() < 0.3
    const env = { ...disk.environment(doesSync), ...crashEnvironment(plan.file) }
    await using sender = send(env, isFast ? 'fast' : 'realtime')
    const end = await sender.ended
    if (end === 0) break
    assert.equal(end, 'SIGKILL', sender.stderr())
    assert.ok(plan.hasFired, `${point} did not come`)
    happened++
    disk = disk.cut(path.join(folder.path, String(cut)))
    producer ??= producerOf(disk)
  }
  plan.disarm()
  await using last = send({}, 'fast')
  assert.equal(await last.ended, 0, last.stderr())
  // A server that knew more than the disk would have made it another: nothing was sent before it was synced.
  if (doesSync && producer !== undefined) assert.equal(producerOf(disk), producer)
  const session = { cues: recording.cues, startAtMs }
  const story: Session[] = [{ kind: 'whole', ...session }]
  // Where the end was stored before the last cut, the same command is a new run.
  if (doesSync) story.push({ kind: 'again', ...session })
  checkStory('the recording', await fetchCues(server.url, 'cut'), story)
  return `${happened} power cuts of a sender`
}

function producerOf({ root }: Disk): string | undefined {
  const note = path.join(root, 'note.json')
  if (!existsSync(note)) return undefined
  return (JSON.parse(readFileSync(note, 'utf8')) as { readonly producer: string }).producer
}

const points = findCrashPoints()
  .filter(({ side }) => side === 'sender')
  .map(({ name }) => name)
