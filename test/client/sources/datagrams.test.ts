import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { parsePacket, types } from '../../../src/client/sources/hdhomerun/discover.ts'
import { parseDrops } from '../../../src/client/sources/kernel-drops.ts'
import { Silence } from '../../../src/client/sources/silence.ts'
import { parseRtp, RtpOrder } from '../../../src/client/sources/rtp.ts'
import { until } from '../../support/processes.ts'
import { createRandom } from '../../support/random.ts'
import { Listener } from '../../support/source-listener.ts'

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

  it('that got lost are counted: by RTP’s numbers, and by the kernel', async () => {
    const port = await freePort()
    await using heard = await Listener.to(`rtp://127.0.0.1:${port}`)
    await using plain = await Listener.to(`udp://127.0.0.1:${port + 1}`)
    await pause(50)
    // Numbers 3 and 9 never come; 64 others must have come before that is sure.
    const numbers = Array.from({ length: 90 }, (_, n) => n + 1).filter((n) => n !== 3 && n !== 9)
    await sendAll(
      numbers.map((n) => rtp(n, '.')),
      port,
    )
    // Nobody reads for a while: what does not fit into the kernel’s buffer is dropped.
    const flood = `const s = require('dgram').createSocket('udp4'); const b = Buffer.alloc(1316, 0x47)
      let n = 0; const send = () => n++ < 20000 ? s.send(b, ${port + 1}, '127.0.0.1', send) : s.close(); send()`
    const flooding = once(spawn(process.execPath, ['-e', flood]), 'exit')
    for (const end = performance.now() + 1500; performance.now() < end;);
    await flooding
    const counts = (listener: Listener): Readonly<Record<string, number>> =>
      listener.notes.findLast((note) => note.note === 'faults')?.counts ?? {}
    await until('the losses', () => 'rtp-lost' in counts(heard) && 'udp-dropped' in counts(plain))
    assert.equal(counts(heard)['rtp-lost'], 2)
    const dropped = counts(plain)['udp-dropped'] ?? 0
    assert.ok(
      dropped + plain.bytes.length / 1316 >= 19_990,
      `${dropped} dropped, ${plain.bytes.length / 1316} came`,
    )
  })

  it('that do not come are told, once, in words that help', async () => {
    const told: (string | null)[] = []
    const silence = new Silence(
      (words) => told.push(words),
      () => 'nothing is sent',
      40,
    )
    await until('the words', () => told.length === 1)
    await pause(60)
    silence.broken()
    await until('the words again', () => told.length === 2)
    silence.close()
    assert.deepEqual(told, ['nothing is sent', 'nothing is sent'])
  })

  it('are counted for their port alone', () => {
    const head =
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops'
    const line = (port: string, drops: number): string =>
      `  104: 0100007F:${port} 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 31337 2 0000000000000000 ${drops}`
    const table = [head, line('1388', 7), line('1389', 50), line('1388', 3), ''].join('\n')
    assert.equal(parseDrops(table, 5000), 10)
    assert.equal(parseDrops(table, 5002), null)
    assert.equal(parseDrops('', 5000), null)
  })
})
