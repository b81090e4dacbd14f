import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { it } from 'node:test'
import type { Gap } from '../../src/protocol/api.ts'
import { temporaryFile } from '../support/crash-run.ts'
import {
  addChannel,
  run,
  startServer,
  temporaryFolder,
  until,
  type Running,
  type Server,
} from '../support/processes.ts'
import { decodeRecording, fetchCues, plain, sortCues } from '../support/recording.ts'

/** About eight seconds of a stream. */
const packets = 8 * 30
const stream = readFileSync('samples/harbour-news.ts').subarray(0, packets * 188)

it(
  'a sender goes on when its server was killed and comes back from a backup: every cue is there once',
  { timeout: 60_000 },
  async () => {
    await using folder = await temporaryFolder()
    const file = temporaryFile('live.ts', stream)
    const place = await begin(folder.path)
    await using server = place.server
    await using sender = send(place, folder.path, file, 'realtime')
    await until('the first cue', async () => (await fetchCues(server.url, 'news')).length > 0)
    await backUp(place.data, folder.path)
    const held = (await fetchCues(server.url, 'news')).length
    await until('more cues', async () => (await fetchCues(server.url, 'news')).length > held)
    const old = await positionOf(server)
    await using restored = await killAndRestore(place, folder.path)
    assert.equal(await sender.ended, 0, sender.stderr())
    const cues = await fetchCues(restored.url, 'news')
    assert.deepEqual(sortCues(cues).map(plain), decodeRecording(stream))
    assert.equal(new Set(cues.map(({ position }) => position.seq)).size, cues.length)
    const { epoch } = await positionOf(restored)
    assert.notEqual(epoch, old.epoch)
    assert.deepEqual([...new Set(cues.map(({ position }) => position.epoch))], [epoch])
    const gone = await fetch(
      `${restored.url}/api/v1/channels/news/cues?since=${old.epoch}.${old.seq}`,
    )
    assert.equal(gone.status, 410, 'a position of the old log means nothing in the new one')
    await check(folder.path)
  },
)

it(
  'what neither the backup nor the spool has any more is told as a gap',
  { timeout: 60_000 },
  async () => {
    await using folder = await temporaryFolder()
    const place = await begin(folder.path)
    await using server = place.server
    const first = temporaryFile('first.ts', stream.subarray(0, 100 * 188))
    const whole = temporaryFile('whole.ts', stream)
    await using one = send(place, folder.path, first, 'fast', '2026-03-01T10:00:00Z')
    assert.equal(await one.ended, 0, one.stderr())
    const held = await fetchCues(server.url, 'news')
    await backUp(place.data, folder.path)
    // Stored, acknowledged, gone from the spool; then the server's disk dies.
    await using two = send(place, folder.path, whole, 'fast', '2026-03-01T11:00:00Z')
    assert.equal(await two.ended, 0, two.stderr())
    await using restored = await killAndRestore(place, folder.path)
    await using three = send(place, folder.path, whole, 'fast', '2026-03-01T12:00:00Z')
    assert.equal(await three.ended, 0, three.stderr())
    const cues = await fetchCues(restored.url, 'news')
    const later = cues.filter(({ start }) => start >= '2026-03-01T12')
    assert.deepEqual(
      cues.filter(({ start }) => start < '2026-03-01T12').map(plain),
      held.map(plain),
    )
    assert.deepEqual(sortCues(later).map(plain), decodeRecording(stream))
    const answer = await fetch(`${restored.url}/api/v1/channels/news/gaps`)
    const { items } = (await answer.json()) as { items: Gap[] }
    const [gap] = items
    assert.equal(items.length, 1, JSON.stringify(items))
    assert.equal(gap?.reason, 'server-restart')
    assert.ok(gap.from >= '2026-03-01T10:00' && gap.from < '2026-03-01T10:01', gap.from)
    assert.ok((gap.to ?? '') >= '2026-03-01T12:00', gap.to ?? 'open')
    await check(folder.path)
  },
)

interface Place {
  readonly data: string
  readonly token: string
  readonly server: Server
  readonly port: number
}

async function begin(folder: string): Promise<Place> {
  const data = path.join(folder, 'data')
  const token = await addChannel(data, 'news')
  const server = await startServer(data)
  return { data, token, server, port: Number(new URL(server.url).port) }
}

function send(
  { port, token }: Place,
  folder: string,
  file: string,
  pace: string,
  startAt?: string,
): Running {
  const server = `http://127.0.0.1:${port}`
  const spool = path.join(folder, 'spool')
  return run(['send', '--server', server, '--channel', 'news', '--input', file, '--spool', spool], {
    ...{ CCR_TOKEN: token, CCR_PACE: pace },
    ...(startAt === undefined ? {} : { CCR_START_AT: startAt }),
  })
}

async function backUp(data: string, folder: string): Promise<void> {
  const made = run(['backup', path.join(folder, 'backups'), '--data', data])
  assert.equal(await made.ended, 0, made.stderr())
  assert.match(made.stdout(), /^backed up \d+ files/)
}

async function killAndRestore({ server, port }: Place, folder: string): Promise<Server> {
  server.child.kill('SIGKILL')
  await server.ended
  const data = path.join(folder, 'restored')
  const made = run(['restore', path.join(folder, 'backups'), '--data', data])
  assert.equal(await made.ended, 0, made.stderr())
  assert.match(made.stdout(), /start it with: ccr serve --data/)
  return startServer(data, { port })
}

async function positionOf({ url }: Server): Promise<{ epoch: string; seq: number }> {
  const answer = await fetch(`${url}/api/v1/channels/news/cues?limit=1`)
  const [epoch = '', seq = ''] = answer.headers.get('ccr-position')?.split('.') ?? []
  return { epoch, seq: Number(seq) }
}

/** Beside the server that works on it. */
async function check(folder: string): Promise<void> {
  const checked = run(['verify', '--data', path.join(folder, 'restored')])
  assert.equal(await checked.ended, 0, checked.stdout())
}
