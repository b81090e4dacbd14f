import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import {
  discover,
  formatPacket,
  parsePacket,
  tags,
  types,
} from '../../src/client/sources/hdhomerun/discover.ts'
import { openSource } from '../../src/client/sources/open-source.ts'
import { parseRtp, RtpOrder } from '../../src/client/sources/rtp.ts'
import { createRandom } from '../support/random.ts'
import { TransportStreamWriter } from '../../src/simulator/transport-stream.ts'
import { makeEvening } from '../captions/support/television.ts'
import { addChannel, run, startServer, temporaryFolder, until } from '../support/processes.ts'
import { fetchCues } from '../support/recording.ts'

/** What a source delivers, and what it says is wrong, until it is closed. */
class Listener implements AsyncDisposable {
  readonly troubles: (string | null)[] = []
  readonly #chunks: Uint8Array[] = []
  readonly #stop = new AbortController()
  readonly #ended: Promise<void>

  private constructor(source: Awaited<ReturnType<typeof openSource>>) {
    this.#ended = this.#read(source)
  }

  static async to(input: string): Promise<Listener> {
    return new Listener(await openSource(input, undefined))
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString()
  }

  async #read(source: Awaited<ReturnType<typeof openSource>>): Promise<void> {
    const tell = (trouble: string | null): void => void this.troubles.push(trouble)
    for await (const chunk of source.open(this.#stop.signal, tell)) this.#chunks.push(chunk)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#ended
  }
}

async function serve(
  listener: RequestListener,
): Promise<Server & AsyncDisposable & { at: string }> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return Object.assign(server, {
    at: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}

/** A port that is free for datagrams now. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

async function sendAll(
  datagrams: readonly Uint8Array[],
  port: number,
  host = '127.0.0.1',
): Promise<void> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  socket.setMulticastInterface('127.0.0.1')
  for (const datagram of datagrams) {
    socket.send(datagram, port, host)
    await pause(1)
  }
  socket.close()
}

function rtp(number: number, text: string, source = 7): Buffer {
  const header = Buffer.alloc(12)
  header.writeUInt8(0x80, 0)
  header.writeUInt8(33, 1)
  header.writeUInt16BE(number % 65_536, 2)
  header.writeUInt32BE(source, 8)
  return Buffer.concat([header, Buffer.from(text)])
}

describe('a stream over HTTP', () => {
  it('is asked for again when it ends or is refused, and says why', async () => {
    let asked = 0
    await using server = await serve((request, response) => {
      asked++
      if (asked === 1) response.end('one ')
      else if (asked === 2) response.writeHead(503).end()
      else response.write(`two, for ${request.headers.authorization ?? ''}`)
    })
    await using heard = await Listener.to(`http://ann:secret@${server.at}/live.ts?token=hidden`)
    await until('it goes on', () => heard.text.startsWith('one two'))
    assert.match(heard.text, /Basic YW5uOnNlY3JldA==/)
    assert.deepEqual(
      heard.troubles.map((trouble) => trouble?.replace(/;.*/, '')),
      [undefined, 'the stream has ended', 'the source is busy (503)', undefined],
    )
    const { name } = await openSource(`http://ann:secret@${server.at}/live.ts?token=hidden`, 'ts')
    assert.equal(name, `http://${server.at}/live.ts`)
  })

  it('says what answers when it is no stream, and what cannot be reached', async () => {
    await using server = await serve((request, response) => {
      if (request.url === '/page') response.setHeader('content-type', 'text/html').end('<p>Hello')
      else response.writeHead(404).end()
    })
    const wrong: [string, RegExp][] = [
      [`http://${server.at}/page`, /^a web page comes instead/],
      [`http://${server.at}/none.ts`, /^there is no such stream \(404\); trying again in 1 s$/],
      ['http://127.0.0.1:9/', /^nothing answers there|bad port/],
    ]
    for (const [input, trouble] of wrong) {
      await using heard = await Listener.to(input)
      await until('it says so', () => heard.troubles.length > 0)
      assert.match(heard.troubles[0] ?? '', trouble)
    }
  })

  it('refuses what it cannot read at once', async () => {
    const wrong: [string, RegExp][] = [
      ['http://example.org/live.m3u8', /HLS playlists cannot be read yet/],
      ['ftp://example.org/x.ts', /ftp: is no source that can be read; there are file, http/],
      ['udp://239.1.1.1', /expected udp:\/\/\[sender@\]host:port/],
      ['udp://tuner.local:5000', /tuner.local is a name/],
      ['udp://10.0.0.1@127.0.0.1:5000', /the host then a multicast group/],
      ['rtp://239.1.1.1:5000?interface=eth0', /expected an address of this machine/],
      ['hdhomerun://192.168.1.20', /expected hdhomerun:\/\/DEVICE\/CHANNEL/],
      ['http://', /the address cannot be read/],
    ]
    for (const [input, message] of wrong)
      await assert.rejects(openSource(input, undefined), message, input)
  })
})

describe('datagrams', () => {
  it('come one by one, of one address and of a group', async () => {
    const port = await freePort()
    await using one = await Listener.to(`udp://127.0.0.1:${port}`)
    await pause(50)
    await sendAll([Buffer.from('a '), Buffer.from('b '), Buffer.from('c')], port)
    await until('all came', () => one.text === 'a b c')
    const group = '239.255.77.7'
    const other = await freePort()
    await using joined = await Listener.to(`udp://${group}:${other}?interface=127.0.0.1`)
    await using ofSender = await Listener.to(
      `udp://127.0.0.1@232.1.77.7:${other}?interface=127.0.0.1`,
    )
    await pause(50)
    await sendAll([Buffer.from('group')], other, group)
    await sendAll([Buffer.from('sender')], other, '232.1.77.7')
    await until('both came', () => joined.text === 'group' && ofSender.text === 'sender')
    assert.deepEqual(joined.troubles, [null])
  })

  it('of RTP come in order and once, whatever way they took', async () => {
    const port = await freePort()
    await using heard = await Listener.to(`rtp://127.0.0.1:${port}`)
    await pause(50)
    const numbers = [65_534, 65_535, 65_537, 65_536, 65_536, 65_538]
    const packets = numbers.map((number) => rtp(number, `${number - 65_534} `))
    await sendAll([Buffer.from('no rtp'), ...packets], port)
    await until('all came', () => heard.text.length >= 10)
    assert.equal(heard.text, '0 1 2 3 4 ')
  })

  it('that are lost do not hold up the others for ever', () => {
    const random = createRandom(5)
    for (let round = 0; round < 200; round++) {
      const first = random.below(65_536)
      const lost = new Set(Array.from({ length: 5 }, () => 1 + random.below(300)))
      // Each may be late by up to ten places.
      const sent = Array.from({ length: 400 }, (_, n) => ({ n, at: n + random.below(10) }))
        .filter(({ n }) => !lost.has(n))
        .sort((a, b) => a.at - b.at)
      // The first tells where counting begins.
      sent.sort((a, b) => Number(b.n === 0) - Number(a.n === 0))
      const order = new RtpOrder()
      const got = sent.flatMap(({ n }) => {
        const packet = parseRtp(rtp(first + n, String(n)))
        return packet === undefined ? [] : order.push(packet)
      })
      const wanted = Array.from({ length: 400 }, (_, n) => n).filter((n) => !lost.has(n))
      assert.deepEqual(
        got.map((bytes) => Number(Buffer.from(bytes).toString())),
        wanted,
      )
    }
  })

  it('with extensions, sources and padding are taken apart, and rubbish is passed over', () => {
    const bytes = Buffer.from(
      'b2a10005000000000000000700000001' + '00000002beef0001aaaaaaaa6869000003',
      'hex',
    )
    const packet = parseRtp(bytes)
    assert.equal(Buffer.from(packet?.payload ?? []).toString(), 'hi')
    const random = createRandom(9)
    for (let n = 0; n < 5000; n++) {
      const rubbish = Uint8Array.from({ length: random.below(40) }, () => random.below(256))
      parseRtp(rubbish)
      parsePacket(Buffer.from(rubbish), types.answer)
    }
  })
})

it('ccr send reads a tuner over HTTP as it reads the same stream from a file', async () => {
  await using folder = await temporaryFolder()
  const data = path.join(folder.path, 'data')
  const tokens = [await addChannel(data, 'tuner'), await addChannel(data, 'file')]
  await using server = await startServer(data)
  const { frames } = makeEvening(23, 1, ['roll-up'])
  const writer = new TransportStreamWriter({ codec: 'mpeg-2' })
  const stream = Buffer.concat(frames.map((frame) => writer.push(frame)))
  const file = path.join(folder.path, 'evening.ts')
  await writeFile(file, stream)
  await using tuner = await serve((_, response) => void response.write(stream))
  const [live, recorded] = ['tuner', 'file'].map((channel, n) => {
    const input = n === 0 ? `http://${tuner.at}/auto/v5.1` : file
    const spool = path.join(folder.path, channel)
    const to = ['--server', server.url, '--channel', channel, '--spool', spool]
    return run(['send', ...to, '--input', input, '--pace', 'fast'], { CCR_TOKEN: tokens[n] ?? '' })
  })
  assert.equal(await recorded?.ended, 0, recorded?.stderr())
  const said = async (channel: string): Promise<string[]> =>
    (await fetchCues(server.url, channel)).map(({ text }) => text)
  const wanted = await said('file')
  assert.ok(wanted.length > 10)
  // The row that is still being written ends with the stream.
  await until('all rows', async () => (await said('tuner')).length >= wanted.length - 1)
  live?.child.kill('SIGTERM')
  assert.equal(await live?.ended, 0, live?.stderr())
  assert.deepEqual(await said('tuner'), wanted)
})

describe('an HDHomeRun', () => {
  it('plays a channel of its line-up, by number or name, and says what it cannot do', async () => {
    let busy = true
    await using tuner = await serve((request, response) => {
      if (request.url === '/lineup.json')
        response.end(
          JSON.stringify([
            { GuideNumber: '5.1', GuideName: 'Harbour', URL: `http://${tuner.at}/auto/v5.1` },
            { GuideNumber: '7.1', GuideName: 'Valley', URL: `http://${tuner.at}/auto/v7.1` },
          ]),
        )
      else if (request.url === '/auto/v7.1')
        response.writeHead(503, { 'X-HDHomeRun-Error': '806 Tune Failed' }).end()
      else if (busy) {
        busy = false
        response.writeHead(503, { 'X-HDHomeRun-Error': '805 All Tuners In Use' }).end()
      } else response.write('television')
    })
    await using one = await Listener.to(`hdhomerun://${tuner.at}/harbour`)
    await until('it plays', () => one.text === 'television')
    assert.match(one.troubles[0] ?? '', /^all tuners are in use; trying again/)
    const wrong: [string, RegExp][] = [
      ['7.1', /^no signal: the tuner could not tune in/],
      ['9.1', /^there is no channel 9.1 in the line-up: 5.1 Harbour, 7.1 Valley/],
    ]
    for (const [channel, trouble] of wrong) {
      await using heard = await Listener.to(`hdhomerun://${tuner.at}/${channel}`)
      await until('it says so', () => heard.troubles.length > 0)
      assert.match(heard.troubles[0] ?? '', trouble)
    }
  })

  it('is found by its number on the network', async () => {
    const device = createSocket('udp4').bind(0, '127.0.0.1')
    await once(device, 'listening')
    device.on('message', (question, { address, port }) => {
      const asked = parsePacket(question, types.request)
      assert.deepEqual(asked?.get(tags.deviceType), Buffer.from([0, 0, 0, 1]))
      assert.deepEqual(asked.get(tags.deviceId), Buffer.from([255, 255, 255, 255]))
      const values = [
        [tags.deviceType, Buffer.from([0, 0, 0, 1])],
        [tags.deviceId, Buffer.from('1047a3b2', 'hex')],
        [tags.tuners, Buffer.from([4])],
        [tags.baseUrl, Buffer.from(`http://10.0.0.5:80/${'x'.repeat(120)}`)],
      ] as const
      const answer = formatPacket(types.answer, values)
      device.send(Buffer.from('rubbish'), port, address)
      device.send(answer.subarray(0, -1), port, address)
      device.send(answer, port, address)
    })
    const to = { address: '127.0.0.1', port: device.address().port }
    const found = await discover(200, new AbortController().signal, to)
    device.close()
    assert.deepEqual(found, [{ id: '1047A3B2', baseUrl: `http://10.0.0.5:80/${'x'.repeat(120)}` }])
  })
})
