import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { describe, it } from 'node:test'
import { formatRcwtGroup, formatRcwtHeader } from '../../src/captions/rcwt.ts'
import { ChannelSender } from '../../src/client/channel-sender.ts'
import { Spool } from '../../src/client/spool/spool.ts'
import type { DurableEvent } from '../../src/protocol/events.ts'
import { TransportStreamWriter } from '../../src/simulator/transport-stream.ts'
import { makeEvening, groupsOf } from '../captions/support/television.ts'
import { temporaryFolder, until } from '../support/processes.ts'
import { away, sendOptions, spooled } from '../support/spooled.ts'

const { frames } = makeEvening(11, 2, ['roll-up'])
const groups = groupsOf(frames)
const times = { sourceLostMs: 400, noCaptionsMs: 2500 }

/** Feeds a named pipe; what is written is a live input for the sender. */
class Tuner implements AsyncDisposable {
  readonly #stop = new AbortController()
  readonly #pipe: ReturnType<typeof createWriteStream>
  readonly #ended: Promise<unknown>
  #beganMs = 0
  #at = 0

  readonly #stream = new TransportStreamWriter({ codec: 'mpeg-2' })

  constructor(spoolFolder: string, pipe: string, server: string, format: 'rcwt' | 'ts' = 'rcwt') {
    const sender = new ChannelSender(sendOptions({ server, input: pipe, format, spoolFolder }), {
      gapTimes: times,
    })
    this.#ended = sender.run(this.#stop.signal)
    this.#pipe = createWriteStream(pipe)
    this.#pipe.on('error', () => undefined)
    if (format === 'rcwt') this.#pipe.write(formatRcwtHeader())
  }

  /** As fast as it was performed. */
  async play(forMs: number, withText = true): Promise<void> {
    if (this.#beganMs === 0) this.#beganMs = performance.now()
    const began = performance.now()
    while (performance.now() - began < forMs) {
      const now = performance.now() - this.#beganMs
      for (; (groups[this.#at]?.fts ?? Infinity) <= now; this.#at++) {
        const group = groups[this.#at]
        if (group === undefined) break
        const triplets = withText ? group.triplets : Uint8Array.of(0xfc, 0x80, 0x80)
        this.#pipe.write(formatRcwtGroup({ fts: group.fts, triplets }))
      }
      // Line 21 is never silent.
      const fts = Math.round(now)
      this.#pipe.write(formatRcwtGroup({ fts, triplets: Uint8Array.of(0xfc, 0x80, 0x80) }))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /** Pictures at their rate. */
  async playStream(forMs: number): Promise<void> {
    const began = performance.now()
    const first = this.#at
    while (performance.now() - began < forMs) {
      const due = first + Math.floor((performance.now() - began) / 33.367)
      for (; this.#at < due; this.#at++) {
        const frame = frames[this.#at]
        if (frame !== undefined) this.#pipe.write(this.#stream.push(frame))
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  jump(ticks: number): void {
    this.#pipe.write(this.#stream.jump(ticks))
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    this.#pipe.destroy()
    await this.#ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

const gapsOf = (events: readonly DurableEvent[]): Extract<DurableEvent, { type: 'gap' }>[] =>
  events.filter((event) => event.type === 'gap')

const ms = (time: string | null): number => Date.parse(time ?? '')

async function makePipe(folder: string): Promise<string> {
  const pipe = path.join(folder, 'tuner')
  execFileSync('mkfifo', [pipe])
  return Promise.resolve(pipe)
}

// One after the other: a named pipe keeps a thread of the pool that also writes files.
describe('a live input', () => {
  it('tells when its source is lost and when it has no captions, and when that is over', async () => {
    await using folder = await temporaryFolder()
    const spoolFolder = path.join(folder.path, 'spool')
    await using tuner = new Tuner(spoolFolder, await makePipe(folder.path), away)
    const began = Date.now()
    await tuner.play(2500)
    await tuner.play(3500, false)
    await tuner.play(2000)
    await new Promise((resolve) => setTimeout(resolve, 900))
    await tuner.play(1500)
    await tuner.stop()
    const events = await spooled(spoolFolder)
    const gaps = gapsOf(events).filter(({ from }) => ms(from) > began + 1000)
    assert.deepEqual(
      gaps.map(({ reason, to }) => [reason, to === null]),
      [
        ['no-captions', true],
        ['no-captions', false],
        ['source-lost', true],
        ['source-lost', false],
      ],
    )
    assert.equal(gaps[0]?.id, gaps[1]?.id)
    assert.equal(gaps[0]?.from, gaps[1]?.from)
    assert.ok(ms(gaps[3]?.to ?? '') - ms(gaps[3]?.from ?? '') > 700)
    assert.equal(events.at(-1)?.type, 'end')
  })

  it('ends what its killed predecessor left open, and tells of the time without anybody', async () => {
    await using folder = await temporaryFolder()
    const spoolFolder = path.join(folder.path, 'spool')
    const from = new Date(Date.now() - 60_000).toISOString()
    {
      await using spool = await Spool.open({ folder: spoolFolder, maxBytes: 2 ** 30 })
      const gap = { run: 'r1', id: 'r1-gap-1', from, reason: 'source-lost' as const }
      await spool.beginLive()
      await spool.saveOpenGaps([gap])
      spool.append(JSON.stringify({ type: 'gap', ...gap, to: null }))
    }
    const killedMs = Date.now()
    await new Promise((resolve) => setTimeout(resolve, 300))
    await using tuner = new Tuner(spoolFolder, await makePipe(folder.path), away)
    await tuner.play(1000)
    await tuner.stop()
    const [open, closed, restart] = gapsOf(await spooled(spoolFolder))
    assert.deepEqual([open?.id, open?.to], ['r1-gap-1', null])
    assert.deepEqual([closed?.id, closed?.from], ['r1-gap-1', from])
    assert.ok(Math.abs(ms(closed?.to ?? '') - killedMs) < 300)
    assert.deepEqual([restart?.reason, restart?.from], ['client-restart', closed?.to])
    assert.ok(ms(restart?.to ?? '') - killedMs >= 250)
    await using spool = await Spool.open({ folder: spoolFolder, maxBytes: 2 ** 30 })
    assert.deepEqual(spool.openGaps, [])
  })

  it('steps by the time that passed when the stream’s clock became another, and tells it with the run', async () => {
    await using folder = await temporaryFolder()
    const spoolFolder = path.join(folder.path, 'spool')
    await using tuner = new Tuner(spoolFolder, await makePipe(folder.path), away, 'ts')
    const began = Date.now()
    await tuner.playStream(3000)
    await new Promise((resolve) => setTimeout(resolve, 4000))
    // As an encoder that was started again: its clock is an hour behind.
    tuner.jump(-3600 * 90_000)
    await tuner.playStream(4000)
    await tuner.stop()
    const events = await spooled(spoolFolder)
    const bins = events.filter((event) => event.type === 'bin')
    const offsets = bins.map(({ at, fts }) => ms(at) - fts)
    const stepMs = (offsets.at(-1) ?? 0) - (offsets[0] ?? 0)
    assert.ok(stepMs > 3500 && stepMs < 5000, `${stepMs}`)
    assert.ok(Math.abs(ms(bins.at(-1)?.at ?? '') - began - 11_000) < 2500)
    const run = events.findLast((event) => event.type === 'run')
    assert.equal(run?.type === 'run' && run.clock?.steps, 1)
    assert.ok(Math.abs((run?.type === 'run' ? (run.clock?.stepMs ?? 0) : 0) - stepMs) < 100)
    const cues = events.filter((event) => event.type === 'cue')
    assert.ok(cues.length > 2)
    for (const [i, cue] of cues.entries()) {
      assert.ok(ms(cue.start) <= ms(cue.end))
      assert.ok(ms(cue.start) >= ms(cues[i - 1]?.start ?? cue.start))
    }
  })

  it('tells times by the server’s clock, records the difference, and remembers it without a server', async () => {
    await using folder = await temporaryFolder()
    const spoolFolder = path.join(folder.path, 'spool')
    const hour = 3_600_000
    const server = await startClock(hour)
    const { port } = server.address() as AddressInfo
    const pipe = await makePipe(folder.path)
    for (const url of [`http://127.0.0.1:${port}`, away]) {
      await using tuner = new Tuner(spoolFolder, pipe, url)
      const began = Date.now()
      await tuner.play(3000)
      await tuner.stop()
      const events = await spooled(spoolFolder)
      const run = events.findLast((event) => event.type === 'run')
      const cue = events.findLast((event) => event.type === 'cue')
      const bin = events.findLast((event) => event.type === 'bin')
      assert.ok(run?.type === 'run' && cue?.type === 'cue' && bin?.type === 'bin')
      assert.ok(Math.abs(ms(run.startedAt) - began - hour) < 1500, run.startedAt)
      assert.ok(Math.abs((run.clock?.serverMs ?? 0) - hour) < 500)
      assert.ok(ms(cue.start) >= ms(run.startedAt) && ms(cue.end) < began + hour + 6000)
      assert.equal(Math.round((ms(bin.at) - ms(run.startedAt) - bin.fts) / 100), 0)
    }
    server.closeAllConnections()
    server.close()
  })
})

/** A server that welcomes, takes nothing, and whose clock is ahead. */
async function startClock(aheadMs: number): Promise<Server> {
  const server = createServer((request, response) => {
    const now = new Date(Date.now() + aheadMs).toISOString()
    const producer = request.headers['ccr-producer']
    const welcome = { type: 'welcome', producer, received: 0, stored: 0, epoch: 'abcdefgh', now }
    request.resume()
    response.write(`${JSON.stringify(welcome)}\n`)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  await until('the server', () => server.listening)
  return server
}
