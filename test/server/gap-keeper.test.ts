import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Gap } from '../../src/protocol/api.ts'
import { GapKeeper } from '../../src/server/core/ingest/gap-keeper.ts'
import { MemoryBroker } from '../../src/server/engines/memory/memory-broker.ts'
import { MemoryLeases } from '../../src/server/engines/memory/memory-leases.ts'
import { MemoryLog } from '../../src/server/engines/memory/memory-log.ts'
import type { LogEntry } from '../../src/server/ports/log.ts'
import { Feeder, at, binEvent, noonMs, runEvent } from '../conformance/events.ts'
import { Tuner, Viewer } from '../support/live.ts'
import { addChannel, startServer, temporaryFolder, until } from '../support/processes.ts'

const quiet = { debug: () => 0, info: () => 0, warn: () => 0, error: () => 0 }

/** A keeper on a clock that the test turns. */
class Bench {
  nowMs = noonMs + 10_000
  isBroken = false
  readonly log = new MemoryLog({
    now: () => this.nowMs,
    beforeCommit: () => {
      if (this.isBroken) throw new Error('disk full')
    },
  })
  readonly leases = new MemoryLeases({ now: () => this.nowMs })
  readonly announced: LogEntry[] = []
  readonly keeper: GapKeeper
  readonly #broker = new MemoryBroker()
  readonly #timers = new Map<number, { readonly dueMs: number; readonly run: () => void }>()
  #timer = 0

  constructor() {
    const { signal } = new AbortController()
    this.#broker.listen((announcement) => {
      this.keeper.take(announcement)
      if (announcement.type === 'entries') this.announced.push(...announcement.entries)
    }, signal)
    this.keeper = new GapKeeper({
      log: this.log,
      broker: this.#broker,
      logger: quiet,
      isHeld: (channel) => this.leases.isHeld(channel),
      setTimer: (run, ms) => {
        this.#timers.set(++this.#timer, { dueMs: this.nowMs + ms, run })
        return this.#timer
      },
      clearTimer: (timer) => this.#timers.delete(timer as number),
    })
  }

  async connect(producer: string): Promise<() => void> {
    const fence = (): void => undefined
    assert.ok((await this.leases.acquire('news', producer, fence)).ok)
    this.#broker.announce({ type: 'feed', channel: 'news', connected: true })
    return () => {
      this.leases.leave('news', fence)
      this.#broker.announce({ type: 'feed', channel: 'news', connected: false })
    }
  }

  async pass(ms: number): Promise<void> {
    this.nowMs += ms
    for (const [timer, { dueMs, run }] of [...this.#timers])
      if (dueMs <= this.nowMs && this.#timers.delete(timer)) run()
    await new Promise((resolve) => setImmediate(resolve))
  }

  get told(): string[] {
    return this.announced.map(({ value }) => ('reason' in value ? value.reason : '?'))
  }
}

describe('gaps the server tells', () => {
  it('begin when a live producer’s lease ends, not before, and not when it is back', async () => {
    const bench = new Bench()
    const feeder = await Feeder.connect(bench.log)
    const leave = await bench.connect('a')
    await feeder.store(runEvent(1), binEvent(2, 8))
    leave()
    await bench.pass(20_000)
    const leaveAgain = await bench.connect('a')
    await bench.pass(20_000)
    assert.deepEqual(bench.told, [])
    leaveAgain()
    await bench.pass(29_000)
    assert.deepEqual(bench.told, [])
    await bench.pass(2000)
    assert.deepEqual(bench.told, ['tuner-offline'])
    const [entry] = bench.announced
    assert.ok(entry?.type === 'gap' && entry.value.from === at(8) && entry.value.to === null)
    await bench.pass(600_000)
    assert.equal(bench.announced.length, 1)
  })

  it('are not told where only a recording was fed, nor where nothing was', async () => {
    const bench = new Bench()
    const feeder = await Feeder.connect(bench.log)
    await feeder.store(runEvent(1, { live: false }), binEvent(2, 8))
    const leave = await bench.connect('a')
    leave()
    await bench.pass(40_000)
    await bench.keeper.start(['news', 'sport'])
    assert.deepEqual(bench.told, [])
  })

  it('begin at the start of a server, once however often it starts', async () => {
    const bench = new Bench()
    const feeder = await Feeder.connect(bench.log)
    await feeder.store(runEvent(1), binEvent(2, 8))
    await Promise.all([bench.keeper.start(['news']), bench.keeper.start(['news'])])
    await bench.keeper.start(['news'])
    assert.deepEqual(bench.told, ['server-restart'])
  })

  it('are told as soon as they can be stored', async () => {
    const bench = new Bench()
    const feeder = await Feeder.connect(bench.log)
    await feeder.store(runEvent(1), binEvent(2, 8))
    bench.isBroken = true
    await bench.keeper.start(['news'])
    assert.deepEqual(bench.told, [])
    bench.isBroken = false
    await bench.pass(5000)
    assert.deepEqual(bench.told, ['server-restart'])
  })
})

it('a killed server tells its absence at once, and takes it back when the run goes on', async () => {
  await using folder = await temporaryFolder()
  const token = await addChannel(folder.path, 'news')
  await addChannel(folder.path, 'silent')
  let tuner: Tuner
  {
    await using server = await startServer(folder.path)
    tuner = new Tuner(server, 'news', token)
    await tuner.open()
    await tuner.cue('BEFORE')
  }
  for (const round of [1, 2]) {
    // Disposed of by kill -9, before anybody came back.
    await using server = await startServer(folder.path)
    const [gap, ...others] = await gapsOf(server.url, 'news')
    assert.deepEqual([gap?.reason, gap?.to, others.length], ['server-restart', null, 0], `${round}`)
    assert.deepEqual(await gapsOf(server.url, 'silent'), [])
  }
  await using server = await startServer(folder.path)
  using viewer = new Viewer(() => server.url).follow('news')
  await viewer.hasOpened()
  tuner.moveTo(server)
  await tuner.open()
  await tuner.cue('AFTER')
  await viewer.sees('AFTER')
  const told = viewer.events.filter((event) => event.type === 'gap')
  assert.equal(told.length, 1)
  assert.equal(told[0]?.to, told[0]?.from)
  await until('withdrawn', async () => (await gapsOf(server.url, 'news')).length === 0)
  await tuner.close()
})

it('a tuner that stays away is told to readers when its lease is over, and taken back when it goes on', async () => {
  await using folder = await temporaryFolder()
  const token = await addChannel(folder.path, 'news')
  await using server = await startServer(folder.path)
  const tuner = new Tuner(server, 'news', token)
  await tuner.open()
  await tuner.cue('BEFORE')
  using viewer = new Viewer(() => server.url).follow('news')
  await viewer.hasOpened()
  await tuner.close()
  const told = (): (string | null)[] =>
    viewer.events.flatMap((event) => (event.type === 'gap' ? [event.reason, event.to] : []))
  await until('the gap is told', () => told().length > 0, 40_000)
  assert.deepEqual(told(), ['tuner-offline', null])
  await tuner.open()
  await tuner.cue('AFTER')
  await viewer.sees('AFTER')
  assert.equal(told().length, 4)
  assert.deepEqual(await gapsOf(server.url, 'news'), [])
  await tuner.close()
})

async function gapsOf(url: string, channel: string): Promise<readonly Gap[]> {
  const answer = await fetch(new URL(`/api/v1/channels/${channel}/gaps`, url))
  return ((await answer.json()) as { items: Gap[] }).items
}
