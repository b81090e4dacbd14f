import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { it } from 'node:test'
import type { Tuner } from '../../src/server/http/admin/system-facts.ts'
import { runEvent } from '../conformance/events.ts'
import { Feed } from '../support/feed.ts'
import {
  addAdmin,
  addChannel,
  run,
  startServer,
  temporaryFolder,
  until,
} from '../support/processes.ts'

const told = {
  ...{ type: 'status', client: 'other 1.2', source: 'udp://239.1.1.1:5000' },
  extractor: { name: 'ccextractor 0.96.6', why: 'the stream has teletext' },
  trouble: 'no signal: the tuner could not tune in; trying again in 8 s',
  ...{ cuesPerMinute: 14, unacked: 3, lagMs: 1200, faults: { 'ts-lost': 2 } },
  clock: { offsetMs: 2500, driftMs: 0, stepMs: 0, steps: 0 },
  tuner: { name: 'attic', until: '2026-11-28T18:00:00.000Z' },
} as const

it('administrators hear what producers tell of themselves, and when they were last heard', async () => {
  await using folder = await temporaryFolder()
  const data = path.join(folder.path, 'data')
  const tokens = [await addChannel(data, 'news'), await addChannel(data, 'sport')]
  const admin = await addAdmin(data)
  await using server = await startServer(data)
  const tuner = async (channel: string): Promise<Tuner> => {
    const answer = await fetch(`${server.url}/api/v1/admin/tuners`, {
      headers: { authorization: `Bearer ${admin}` },
    })
    const { items } = (await answer.json()) as { items: Tuner[] }
    const found = items.find((one) => one.channel === channel)
    if (found === undefined) throw new Error(`no ${channel}`)
    return found
  }
  const nobody = await tuner('news')
  const { connectedAt, lastSeenAt, run: noRun, status: nothing } = nobody
  assert.deepEqual([connectedAt, lastSeenAt, noRun, nothing], [null, null, null, null])

  const producer = randomUUID()
  const headers = { authorization: `Bearer ${tokens[0] ?? ''}`, 'ccr-producer': producer }
  const feed = new Feed(server, 'news', headers)
  const welcome = await feed.wait((line) => line.type === 'welcome')
  assert.deepEqual(welcome.accepts, ['status'])
  feed.send(runEvent(1), told)
  await feed.ack(1)
  await until('it is told', async () => (await tuner('news')).status !== null)
  const fed = await tuner('news')
  const { at, ...status } = fed.status ?? { at: '' }
  assert.deepEqual({ type: 'status', ...status }, told)
  assert.ok(Math.abs(Date.parse(at) - Date.now()) < 10_000)
  assert.equal(fed.run?.run, runEvent(1).run)
  assert.ok(fed.connectedAt !== null && fed.isConnected)

  // A wrong one uses no number and takes nothing away.
  feed.send({ type: 'status', client: 'x'.repeat(101) }, runEvent(2))
  const warned = await feed.wait((line) => line.type === 'warn')
  assert.match(warned.detail, /not a valid status/)
  await feed.ack(2)
  assert.equal((await tuner('news')).status?.client, 'other 1.2')
  await feed.end()
  await until('it is gone', async () => (await tuner('news')).connectedAt === null)
  const gone = await tuner('news')
  assert.equal(gone.status?.trouble, told.trouble)
  assert.ok(Math.abs(Date.parse(gone.lastSeenAt ?? '') - Date.now()) < 10_000)

  await using sender = run(
    [
      ...[
        'send',
        '--server',
        server.url,
        '--channel',
        'sport',
        '--spool',
        path.join(folder.path, 's'),
      ],
      ...['--input', 'samples/the-cartographer.bin', '--extractor', 'builtin'],
    ],
    { CCR_TOKEN: tokens[1] ?? '' },
  )
  await until('ccr send tells', async () => (await tuner('sport')).status !== null)
  const own = (await tuner('sport')).status
  assert.match(own?.client ?? '', /^ccr \d/)
  assert.deepEqual([own?.source, own?.trouble], ['the-cartographer.bin', null])
  assert.equal(sender.child.exitCode, null)
})
