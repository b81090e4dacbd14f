import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { codes } from '../../src/protocol/codes.ts'
import { FrameReader } from '../../bench/live/frame-reader.ts'
import { Tuner, Viewer } from '../support/live.ts'
import {
  addChannel,
  startServer,
  temporaryFolder,
  until,
  type Folder,
  type Server,
} from '../support/processes.ts'
import { ViewerSocket } from '../support/viewer-socket.ts'

const herd = 1000
const channelsOfAll = 260

let folder: Folder
let server: Server

before(async () => {
  folder = await temporaryFolder()
  server = await startServer(folder.path, { env: { CCR_SOCKETS_PER_ADDRESS: '5000' } })
})

after(async () => {
  await server[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

async function openChannel(id: string): Promise<Tuner> {
  const tuner = new Tuner(server, id, await addChannel(folder.path, id))
  await tuner.open()
  return tuner
}

/** A viewer on a bare socket that follows channels and comes back to where it was. */
class Bare {
  readonly reader = new FrameReader(({ type, text }) => {
    if (type === 'cue') this.cues.push(text)
  })
  readonly cues: string[] = []
  openings = 0
  #socket: ViewerSocket | undefined

  async follow(...channels: readonly string[]): Promise<void> {
    this.openings = 0
    const { positions } = this.reader
    await new Promise<void>((resolve, reject) => {
      const socket = new ViewerSocket(Number(new URL(server.url).port), {
        upgraded() {
          for (const channel of channels) {
            const since = positions.get(channel)
            socket.send(JSON.stringify({ type: 'subscribe', channel, since, backlog: 0 }))
          }
        },
        frame: (opcode, body) => {
          if (opcode === 2) this.reader.read(body)
          else if (this.reader.text(body.toString()) && ++this.openings === channels.length)
            resolve()
        },
        closed: (reason) => reject(new Error(reason)),
      })
      this.#socket = socket
      socket.upgrade('/api/v1/live', 'ccr.live.v1')
    })
  }

  cut(): void {
    this.#socket?.destroy()
  }
}

async function viewersNow(): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  return Number(/^ccr_viewers (\d+)$/m.exec(text)?.[1])
}

describe('live delivery', () => {
  it('tells a thousand that return at once exactly what each missed', async (t) => {
    const tuner = await openChannel('herd')
    using stayer = new Viewer(() => server.url).follow('herd')
    await stayer.hasOpened()
    const viewers = Array.from({ length: herd }, () => new Bare())
    await Promise.all(viewers.map((viewer) => viewer.follow('herd')))
    await tuner.cue('LINE 1')
    await until('all have heard', () => viewers.every(({ cues }) => cues.length === 1))
    for (const viewer of viewers) viewer.cut()
    for (let i = 2; i <= 20; i++) await tuner.cue(`LINE ${i}`)
    const began = Date.now()
    const speaking = (async () => {
      for (let i = 21; i <= 40; i++) await tuner.cue(`LINE ${i}`)
    })()
    await Promise.all(viewers.map((viewer) => viewer.follow('herd')))
    t.diagnostic(`${herd} came back in ${Date.now() - began} ms`)
    await speaking
    await until('all have heard', () => viewers.every(({ cues }) => cues.length >= 40))
    const wanted = Array.from({ length: 40 }, (_, i) => `LINE ${i + 1}`)
    for (const { cues, reader } of viewers) {
      assert.deepEqual(cues, wanted)
      assert.equal(reader.incomplete, 0)
    }
    await stayer.sees('LINE 40')
    assert.deepEqual(stayer.cues, wanted)
    for (const viewer of viewers) viewer.cut()
    await until('they are gone', async () => (await viewersNow()) === 1)
    await tuner.close()
  })

  it('goes on when a viewer subscribes to everything, again and again', async () => {
    const tuner = await openChannel('everything')
    for (let n = 0; n < channelsOfAll; n++) await addChannel(folder.path, `all-${n}`)
    using viewer = new Viewer(() => server.url)
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < channelsOfAll; n++) viewer.follow(`all-${n}`)
      if (round === 0) await until('an answer', () => viewer.events.length > 0)
    }
    await until('the refusals', () =>
      viewer.problems.some(({ code }) => code === 'too-many-requests'),
    )
    using other = new Viewer(() => server.url).follow('everything')
    await tuner.cue('STILL HERE')
    await other.sees('STILL HERE')
    await tuner.close()
  })

  it('closes what is no client, whatever it sends, and nobody else notices', async () => {
    const tuner = await openChannel('nonsense')
    using viewer = new Viewer(() => server.url).follow('nonsense')
    await viewer.hasOpened()
    const frames = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      // A frame without a mask, one that says it is enormous, a ping of 200 bytes, a text that is not UTF-8.
      fc.constantFrom(
        new Uint8Array([0x81, 0x02, 0x7b, 0x7d]),
        new Uint8Array([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
        new Uint8Array([0x89, 0xfe, 0, 200, 0, 0, 0, 0, ...new Array<number>(200).fill(1)]),
        new Uint8Array([0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe]),
      ),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(frames, { minLength: 1, maxLength: 5 }), async (parts) => {
        let isClosed = false
        const socket = new ViewerSocket(Number(new URL(server.url).port), {
          upgraded: () => {
            for (const part of parts) socket.write(part)
            // Whatever came before, this is not a message.
            socket.send('{')
          },
          frame: (opcode) => (isClosed ||= opcode === 8),
          closed: () => (isClosed = true),
        })
        socket.upgrade('/api/v1/live', 'ccr.live.v1')
        try {
          // What began as the head of a long frame waits for its rest, as it should.
          await until('it is closed', () => isClosed, 300).catch(() => undefined)
        } finally {
          socket.destroy()
        }
      }),
      { numRuns: 60 },
    )
    await tuner.cue('ALL IS WELL')
    await viewer.sees('ALL IS WELL')
    await until('they are gone', async () => (await viewersNow()) === 1)
    await tuner.close()
  })

  it('ends a client that does nothing but talk', async () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/live`, 'ccr.live.v1')
    const closed = new Promise<number>((resolve) => (socket.onclose = ({ code }) => resolve(code)))
    socket.onopen = () => {
      for (let i = 0; i < 500; i++) socket.send('{"type":"ping"}')
    }
    assert.equal(await closed, codes['too-many-requests'].close)
  })
})
