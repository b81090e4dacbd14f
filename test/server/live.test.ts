import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { codes } from '../../src/protocol/codes.ts'
import type { Position } from '../../src/protocol/position.ts'
import { openSqliteDirectory } from '../../src/server/engines/sqlite/sqlite-directory.ts'
import { Tuner, Viewer } from '../support/live.ts'
import {
  addChannel,
  startServer,
  temporaryFolder,
  until,
  type Folder,
  type Server,
} from '../support/processes.ts'

let folder: Folder
let server: Server
let count = 0

before(async () => {
  folder = await temporaryFolder()
  server = await startServer(folder.path, { env: { CCR_SOCKETS_PER_ADDRESS: '60' } })
})

after(async () => {
  await server[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

async function openChannel(): Promise<{ id: string; token: string; tuner: Tuner }> {
  const id = `live${++count}`
  const token = await addChannel(folder.path, id)
  const tuner = new Tuner(server, id, token)
  await tuner.open()
  return { id, token, tuner }
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `LINE ${from + i}`)

describe('a live reader', () => {
  it('gets what stands there, then letters, then the cue they become', async () => {
    const { id, tuner } = await openChannel()
    await tuner.cue('LINE 1')
    tuner.draft('LI')
    using viewer = new Viewer(() => server.url).follow(id)
    await viewer.sees('LINE 1')
    tuner.draft('LINE')
    await until('the letters', () =>
      viewer.events.some((event) => event.type === 'draft' && event.text === 'LINE'),
    )
    tuner.draft('LINE 2')
    await tuner.cue('LINE 2')
    await viewer.sees('LINE 2')
    const last = viewer.events.at(-1)
    assert.ok(last?.type === 'cue')
    assert.equal(last.id, 2)
    assert.equal(last.language, 'en')
    await tuner.close()
  })

  it('gets exactly what it missed, in order and once, through any number of cuts', async () => {
    const { id, tuner } = await openChannel()
    using viewer = new Viewer(() => server.url).follow(id)
    await viewer.hasOpened()
    for (let i = 1; i <= 60; i++) {
      await tuner.cue(`LINE ${i}`)
      if (i % 15 !== 0) continue
      viewer.cut()
      // Some while it is away, some after it came back.
      if (i % 30 === 0) await until('it is back', () => viewer.client.connection.status === 'open')
    }
    await viewer.sees('LINE 60')
    assert.deepEqual(viewer.cues, numbers(1, 60))
    const [first] = viewer.seqs
    assert.deepEqual(
      viewer.seqs,
      viewer.seqs.map((_, i) => (first ?? 0) + i),
      'positions are contiguous',
    )
    assert.ok(viewer.statuses.filter((status) => status === 'open').length >= 3)
    await tuner.close()
  })

  it('goes on at a position of its own, and is told when that is of another log', async () => {
    const { id, tuner } = await openChannel()
    for (const text of numbers(1, 3)) await tuner.cue(text)
    using viewer = new Viewer(() => server.url).follow(id)
    await viewer.sees('LINE 3')
    const [snapshot] = viewer.events
    assert.ok(snapshot?.type === 'snapshot' && snapshot.complete)
    const second = snapshot.cues.find(({ text }) => text === 'LINE 2')
    using later = new Viewer(() => server.url).follow(id, second?.position)
    await later.sees('LINE 3')
    assert.deepEqual(later.cues, ['LINE 3'])
    using stranger = new Viewer(() => server.url).follow(id, { epoch: 'zzzzzzzzzzzz', seq: 2 })
    await stranger.sees('LINE 3')
    const [answer] = stranger.events
    assert.ok(answer?.type === 'snapshot' && !answer.complete)
    await tuner.close()
  })

  it(
    'that does not read costs nothing, and in the end has every cue',
    { timeout: 60_000 },
    async () => {
      const { id, tuner } = await openChannel()
      using viewer = new Viewer(() => server.url).follow(id)
      await viewer.hasOpened()
      const before = await residentBytes()
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
      socket.pause()
      socket.write(
        'GET /api/v1/live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
          'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: ccr.live.v1\r\n\r\n',
      )
      socket.write(masked(JSON.stringify({ type: 'subscribe', channel: id })))
      const long = 'x'.repeat(1900)
      for (let i = 1; i <= 800; i++) {
        const sent = tuner.cue(`LINE ${i} ${long}`)
        if (i % 40 === 0) await sent
      }
      await viewer.sees(`LINE 800 ${long}`)
      assert.equal(viewer.cues.length, 800)
      const grown = (await residentBytes()) - before
      assert.ok(grown < 80e6, `grew by ${Math.round(grown / 1e6)} MB`)
      // It wakes up: everything comes, nothing twice.
      let text = ''
      socket.setEncoding('latin1').on('data', (part: string) => (text += part))
      socket.resume()
      await until('the last line', () => text.includes('LINE 800 '))
      for (let i = 1; i <= 800; i++) {
        const times = text.split(`LINE ${i} x`).length - 1
        assert.ok(times >= 1, `LINE ${i} is missing`)
      }
      socket.destroy()
      await tuner.close()
    },
  )

  it('may change its mind before it was answered', async () => {
    const { id, tuner } = await openChannel()
    const other = await openChannel()
    using viewer = new Viewer(() => server.url).follow(id).follow(other.id)
    viewer.client.unsubscribe(id)
    await viewer.hasOpened()
    await tuner.cue('NOT WANTED')
    await other.tuner.cue('WANTED')
    await viewer.sees('WANTED')
    assert.deepEqual(viewer.cues, ['WANTED'])
    await tuner.close()
    await other.tuner.close()
  })

  it('is refused in words when it asks for nonsense', async () => {
    using viewer = new Viewer(() => server.url).follow('no-such-channel')
    await viewer.hasOpened()
    assert.equal(viewer.problems[0]?.code, 'unknown-channel')
    for (const [message, code] of [
      ['{', codes['bad-request'].close],
      ['{"type":"dance"}', codes['bad-request'].close],
      ['{"type":"subscribe","channel":"../etc"}', codes['bad-request'].close],
      ['x'.repeat(9000), 1009],
    ] as const)
      assert.equal(await closeCode(message), code, message.slice(0, 40))
    assert.equal(await closeCode(new Uint8Array([1, 2, 3])), codes['bad-request'].close)
  })

  it('of a private channel needs a token, and loses the channel with it', async () => {
    const { id, token, tuner } = await openChannel()
    await using directory = openSqliteDirectory(folder.path)
    const channel = directory.channel(id)
    assert.ok(channel !== undefined)
    await directory.replaceChannel({
      ...channel,
      policy: { ...channel.policy, visibility: 'private' },
    })
    await new Promise((resolve) => setTimeout(resolve, 1100))
    using stranger = new Viewer(() => server.url).follow(id)
    await stranger.hasOpened()
    assert.equal(stranger.problems[0]?.code, 'unknown-channel')
    using viewer = new Viewer(() => server.url, token).follow(id)
    await tuner.cue('LINE 1')
    await viewer.sees('LINE 1')
    const known = directory.check(token)
    assert.ok(known !== undefined)
    await directory.revokeToken(known.id)
    await until(
      'the end',
      () => viewer.client.connection.reason?.includes('revoked') ?? false,
      6000,
    )
    await tuner.close()
  })

  async function openDelayedChannel(): ReturnType<typeof openChannel> {
    const opened = await openChannel()
    await using directory = openSqliteDirectory(folder.path)
    const channel = directory.channel(opened.id)
    assert.ok(channel !== undefined)
    await directory.replaceChannel({ ...channel, policy: { ...channel.policy, delaySeconds: 3 } })
    await new Promise((resolve) => setTimeout(resolve, 1100))
    return opened
  }

  it('behind a delay sees cues when they are that old, and no draft', async () => {
    const { id, tuner } = await openDelayedChannel()
    using viewer = new Viewer(() => server.url).follow(id)
    await viewer.hasOpened()
    tuner.draft('LINE 1')
    await tuner.cue('LINE 1')
    const stored = Date.now()
    await viewer.sees('LINE 1')
    assert.ok(Date.now() - stored > 2500, 'too early')
    assert.ok(!viewer.events.some(({ type }) => type === 'draft'))
    await tuner.close()
  })

  it('behind a delay is told what was said just before it came, in its time and once, and nothing sooner', async () => {
    const { id, tuner } = await openDelayedChannel()
    const seesInTime = async (text: string, since?: Position): Promise<Viewer> => {
      await tuner.cue(text)
      const stored = Date.now()
      await new Promise((resolve) => setTimeout(resolve, 700))
      const viewer = new Viewer(() => server.url).follow(id, since)
      await viewer.hasOpened()
      await viewer.sees(text)
      assert.ok(Date.now() - stored > 2500, `${text}: too early`)
      return viewer
    }
    // Nobody was there before, so that this process has not heard it either.
    const first = await seesInTime('LINE 1')
    const position = first.events.findLast((event) => event.type === 'cue')?.position
    assert.ok(position !== undefined)
    first[Symbol.dispose]()
    // Nor is anybody there when somebody comes back.
    const second = await seesInTime('LINE 2', position)
    assert.deepEqual(second.cues, ['LINE 2'])
    using third = new Viewer(() => server.url).follow(id)
    await third.sees('LINE 2')
    await tuner.cue('LINE 3')
    await third.sees('LINE 3')
    assert.deepEqual(third.cuesOf(id), ['LINE 1', 'LINE 2', 'LINE 3'])
    await second.sees('LINE 3')
    assert.deepEqual(second.cues, ['LINE 2', 'LINE 3'])
    second[Symbol.dispose]()
    await tuner.close()
  })

  it(
    'is told to come back when the server goes, and misses nothing',
    { timeout: 60_000 },
    async () => {
      await using own = await temporaryFolder()
      const token = await addChannel(own.path, 'drained')
      let current = await startServer(own.path, { env: { CCR_DRAIN_SECONDS: '2' } })
      using viewer = new Viewer(() => current.url).follow('drained')
      const tuner = new Tuner(
        {
          get url() {
            return current.url
          },
        },
        'drained',
        token,
      )
      await tuner.open()
      await viewer.hasOpened()
      await tuner.cue('LINE 1')
      await viewer.sees('LINE 1')
      const old = current
      old.child.kill('SIGTERM')
      await until('the farewell', () => viewer.events.some(({ type }) => type === 'bye'))
      await old.ended
      current = await startServer(own.path)
      try {
        await tuner.open()
        await tuner.cue('LINE 2')
        await viewer.sees('LINE 2')
        assert.deepEqual(viewer.cues, ['LINE 1', 'LINE 2'])
        await tuner.close()
      } finally {
        await current[Symbol.asyncDispose]()
      }
    },
  )
})

async function closeCode(message: string | Uint8Array<ArrayBuffer>): Promise<number> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/live`, 'ccr.live.v1')
  return new Promise((resolve) => {
    socket.onopen = () => socket.send(message)
    socket.onclose = ({ code }) => resolve(code)
  })
}

async function residentBytes(): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  return Number(/^ccr_process_resident_memory_bytes (\S+)$/m.exec(text)?.[1])
}

/** A text frame of a client, with the mask that leaves it as it is. */
function masked(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from([0x81, 0x80 | bytes.length, 0, 0, 0, 0]), bytes])
}
