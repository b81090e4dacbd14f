import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import path from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../support/free-port.ts'
import { formatRcwtGroup, formatRcwtHeader, RcwtReader } from '../../../src/captions/rcwt.ts'
import { BlockReader, FramingError } from '../../../src/client/sources/sendto/protocol.ts'
import { TransportStreamWriter } from '../../../src/simulator/transport-stream.ts'
import { ccextractor, withoutCcextractor } from '../../captions/support/ccextractor.ts'
import { groupsOf, makeEvening } from '../../captions/support/television.ts'
import { temporaryFolder, until } from '../../support/processes.ts'
import { createRandom } from '../../support/random.ts'
import { RunningSender, sendOptions, spooled } from '../../support/spooled.ts'
import { Listener } from '../../support/source-listener.ts'

/** A block as both clients write it: the length in ASCII, padded with NUL. */
function block(command: number, payload: Uint8Array): Buffer {
  const length = Buffer.alloc(10)
  length.write(String(payload.length), 'latin1')
  return Buffer.concat([Buffer.of(command), length, payload, Buffer.from('\r\n')])
}

const pings = { C: Buffer.from('37300000000000000000000d0a', 'hex'), Rust: Buffer.of(0x37) }
const nothing = new Uint8Array(0)
const { frames } = makeEvening(31, 1, ['roll-up'])
const groups = groupsOf(frames)

/** What a client sends after it has connected, head and body of each group as blocks of their own. */
function session(ping: Buffer, some: typeof groups, password = nothing): Buffer {
  const blocks = some.flatMap((group, n) => {
    const bytes = formatRcwtGroup(group)
    const parts = [block(6, bytes.subarray(0, 10)), block(6, bytes.subarray(10))]
    return n % 50 === 0 ? [ping, ...parts] : parts
  })
  const hello = [block(2, password), block(4, Buffer.from('News')), block(5, formatRcwtHeader())]
  return Buffer.concat([...hello, ping, ...blocks])
}

async function connectTo(port: number): Promise<Socket & { answers: number[] }> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const isThere = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    if (isThere !== true) continue
    const answers: number[] = []
    socket.on('data', (bytes) => answers.push(...bytes)).on('error', () => undefined)
    return Object.assign(socket, { answers })
  }
}

const whole = Buffer.concat([formatRcwtHeader(), ...groups.map(formatRcwtGroup)])

describe('sendto', () => {
  it('takes apart what the C and the Rust client send, however the network cuts it', () => {
    const random = createRandom(3)
    for (const ping of Object.values(pings)) {
      const sent = session(ping, groups)
      const reader = new BlockReader()
      const got: Uint8Array[] = []
      for (let at = 0; at < sent.length;) {
        const end = at + 1 + random.below(40)
        for (const { command, payload } of reader.push(sent.subarray(at, end)))
          if (command === 5 || command === 6) got.push(payload)
        at = end
      }
      assert.ok(Buffer.concat(got).equals(whole))
    }
  })

  it('never takes rubbish for captions', () => {
    const random = createRandom(4)
    for (let round = 0; round < 3000; round++) {
      const bytes = Uint8Array.from({ length: random.below(60) }, () => random.below(256))
      try {
        new BlockReader().push(bytes)
      } catch (error) {
        assert.ok(error instanceof FramingError)
      }
    }
    const cut = session(pings.C, groups.slice(0, 3)).subarray(0, -1)
    assert.throws(() => new BlockReader().push(Buffer.concat([cut, cut])), FramingError)
  })

  it('lets one sender in at a time, with the password, and goes on after a cut', async () => {
    const port = await freePort()
    await using heard = await Listener.to(`sendto://:secret@127.0.0.1:${port}`)
    const stranger = await connectTo(port)
    stranger.write(session(pings.C, groups.slice(0, 9), Buffer.from('guess')))
    await once(stranger, 'close')
    assert.deepEqual(stranger.answers, [2])
    const half = Math.floor(groups.length / 2)
    const first = await connectTo(port)
    first.write(session(pings.C, groups.slice(0, half), Buffer.from('secret')))
    await until('the first half', () => heard.bytes.length > whole.length / 3)
    const other = await connectTo(port)
    other.write(session(pings.Rust, groups.slice(0, 9), Buffer.from('secret')))
    await once(other, 'close')
    assert.deepEqual(other.answers, [54])
    // The Rust client can lose a part of a block: nothing after it can be told apart.
    first.write(Buffer.concat([block(6, Buffer.from('x')).subarray(0, 5), block(6, nothing)]))
    await once(first, 'close')
    assert.equal(first.answers.at(-1), 51)
    const again = await connectTo(port)
    again.write(session(pings.Rust, groups.slice(half), Buffer.from('secret')))
    await until('all of it', () => heard.bytes.length === whole.length)
    assert.ok(heard.bytes.equals(whole), 'the second header does not begin another file')
    await until('a ping', () => again.answers.includes(55))
    again.destroy()
    assert.deepEqual(heard.troubles.at(-1), null)
  })

  it('takes the guide and the name of who sends, once, also when it comes again', async () => {
    await using folder = await temporaryFolder()
    const port = await freePort()
    const spoolFolder = path.join(folder.path, 'spool')
    await using running = new RunningSender(
      sendOptions({ input: `sendto://127.0.0.1:${port}`, spoolFolder }),
    )
    const stamp = (fromNowMs: number): string =>
      `${new Date(Date.now() + fromNowMs).toISOString().replace(/[-T:]|\..*/g, '')} +0000`
    const event = (from: number, to: number, title: string): Buffer =>
      block(
        7,
        Buffer.from([stamp(from), stamp(to), title, 'All.', 'eng', 'News'].join('\0') + '\0'),
      )
    const guide = [event(-9e5, 9e5, 'The Evening'), event(9e5, 18e5, 'Later'), block(7, nothing)]
    // Hours after the other side began.
    const late = (part: typeof groups): typeof groups =>
      part.map((group) => ({ ...group, fts: group.fts + 4 * 3600_000 }))
    for (const part of [groups.slice(0, 900), groups.slice(900)]) {
      const socket = await connectTo(port)
      socket.write(Buffer.concat([session(pings.Rust, late(part)), ...guide]))
      const before = running.sender.report().cues
      await until('captions', () => running.sender.report().cues > before)
      socket.destroy()
      await once(socket, 'close')
    }
    await running.stop()
    const events = await spooled(spoolFolder)
    const airings = events.filter((one) => one.type === 'airing')
    assert.deepEqual(
      airings.map(({ title, source, category }) => [title, source, category]),
      [['The Evening', 'epg', 'News']],
    )
    const runs = events.filter((one) => one.type === 'run')
    assert.equal(runs.at(-1)?.source, `sendto://127.0.0.1:${port} (News)`)
    const first = events.find((one) => one.type === 'cue')
    assert.ok(Math.abs(Date.parse(first?.start ?? '') - Date.now()) < 10 * 60_000, first?.start)
  })

  it('listens for a stock CCExtractor', { skip: withoutCcextractor }, async () => {
    await using folder = await temporaryFolder()
    const writer = new TransportStreamWriter({ codec: 'mpeg-2' })
    const file = path.join(folder.path, 'evening.ts')
    await writeFile(file, Buffer.concat(frames.map((frame) => writer.push(frame))))
    const port = await freePort()
    await using heard = await Listener.to(`sendto://127.0.0.1:${port}`)
    await pause(100)
    const child = spawn(ccextractor ?? '', [file, '-sendto', `127.0.0.1:${port}`], {
      stdio: 'ignore',
    })
    await once(child, 'exit')
    const read = (): number => new RcwtReader().push(heard.bytes).length
    await until('its groups', () => read() > groups.length / 2)
    assert.equal(heard.bytes.subarray(0, 3).toString('hex'), 'cccced')
  })
})
