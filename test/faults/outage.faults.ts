import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { freePort } from '../support/free-port.ts'
import type { Cue, Gap } from '../../src/protocol/api.ts'
import { groupsOf, makeEvening, rcwtOf } from '../captions/support/television.ts'
import { addChannel, ccr, startServer, temporaryFolder, until } from '../support/processes.ts'
import { decodeRecording, fetchCues, plain, type PlainCue } from '../support/recording.ts'

interface Outage {
  readonly said: readonly PlainCue[]
  readonly cues: readonly Cue[]
  readonly gaps: readonly Gap[]
  /** What the archive's own BIN says when it is decoded again. */
  readonly again: readonly PlainCue[]
  readonly largestSpool: number
}

function sizeOf(folder: string): number {
  try {
    return readdirSync(folder).reduce((sum, name) => {
      return sum + (statSync(path.join(folder, name), { throwIfNoEntry: false })?.size ?? 0)
    }, 0)
  } catch {
    // The sender has not made it yet.
    return 0
  }
}

/** A live input goes on for so long without a server, as fast as it can be read; then the server comes. */
async function playOutage(minutes: number, limit: string): Promise<Outage> {
  await using folder = await temporaryFolder()
  const data = path.join(folder.path, 'data')
  const spool = path.join(folder.path, 'spool')
  const token = await addChannel(data, 'news')
  const recording = rcwtOf(groupsOf(makeEvening(5, minutes, ['roll-up']).frames))
  const said = decodeRecording(recording)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const sender = spawn(
    ccr,
    [
      ...['send', '--server', url, '--channel', 'news', '--input', '-', '--format', 'rcwt'],
      ...['--spool', spool, '--spool-limit', limit],
    ],
    { env: { PATH: process.env['PATH'], CCR_TOKEN: token }, stdio: ['pipe', 'ignore', 'pipe'] },
  )
  let largestSpool = 0
  const watch = setInterval(() => (largestSpool = Math.max(largestSpool, sizeOf(spool))), 2)
  try {
    let log = ''
    sender.stderr.setEncoding('utf8').on('data', (text: string) => (log += text))
    sender.stdin.end(recording)
    await until('all is read', () => log.includes(`"cues":${said.length},`), 60_000)
    await using server = await startServer(data, { port })
    const [code] = (await once(sender, 'exit')) as [number | null]
    assert.equal(code, 0, log.slice(-2000))
    const cues = await fetchCues(server.url, 'news')
    const answer = await fetch(`${server.url}/api/v1/channels/news/gaps?limit=1000`)
    const { items } = (await answer.json()) as { items: Gap[] }
    const bin = await fetch(`${server.url}/api/v1/channels/news/download?format=bin`)
    const again = decodeRecording(new Uint8Array(await bin.arrayBuffer()))
    // The tuner has gone at last, which the server tells by itself.
    const isLast = ({ reason, to }: Gap): boolean => reason === 'tuner-offline' && to === null
    assert.equal(items.filter(isLast).length, 1)
    const gaps = items.filter((gap) => !isLast(gap))
    return { said, cues, gaps, again, largestSpool }
  } finally {
    clearInterval(watch)
    sender.kill('SIGKILL')
  }
}

/** Once each, and stored in the order in which they were said. */
function assertInOrder(cues: readonly Cue[]): void {
  const stored = [...cues].sort((a, b) => a.position.seq - b.position.seq)
  assert.deepEqual(
    stored.map(({ id }) => id),
    cues.map(({ id }) => id),
  )
  assert.equal(new Set(cues.map(({ id }) => id)).size, cues.length)
}

describe('an outage of the server', () => {
  it('of an hour loses nothing while the disk lasts', async () => {
    const { said, cues, gaps, again } = await playOutage(60, '1G')
    assert.ok(said.length > 500)
    assert.deepEqual(cues.map(plain), said)
    assertInOrder(cues)
    assert.deepEqual(gaps, [])
    assert.equal(again.length, said.length)
    assert.deepEqual(
      again.map(({ text }) => text).slice(1, -1),
      said.map(({ text }) => text).slice(1, -1),
    )
  })

  it('that fills the spool costs BIN first, and the transcript stays whole', async () => {
    const { said, cues, gaps, again, largestSpool } = await playOutage(60, '1M')
    assert.deepEqual(cues.map(plain), said)
    assertInOrder(cues)
    assert.deepEqual(gaps, [])
    assert.ok(
      again.length > 10 && again.length < said.length / 2,
      `${again.length} of ${said.length}`,
    )
    assert.ok(largestSpool > 500_000 && largestSpool <= 2 ** 20, `${largestSpool} bytes`)
  })

  it('that lasts longer costs the oldest cues, with a gap exactly in their place', async () => {
    const { said, cues, gaps, largestSpool } = await playOutage(300, '1M')
    assert.ok(largestSpool <= 2 ** 20, `${largestSpool} bytes`)
    assert.ok(cues.length > 100 && cues.length < said.length)
    assertInOrder(cues)
    const [gap, ...more] = gaps
    assert.ok(gap !== undefined && more.length === 0, JSON.stringify(gaps))
    assert.equal(gap.reason, 'spool-overflow')
    // What is there is the newest, whole; the gap ends where it begins.
    assert.deepEqual(cues.map(plain), said.slice(-cues.length))
    assert.ok(Date.parse(gap.from) < Date.parse(gap.to ?? ''))
    assert.ok(Math.abs(Date.parse(gap.to ?? '') - Date.parse(cues[0]?.start ?? '')) < 20_000)
  })
})
