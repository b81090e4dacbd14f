import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isStorageDown } from '../../../src/protocol/codes.ts'
import type { DurableEvent } from '../../../src/protocol/events.ts'
import type { AppendResult, LogEntry } from '../../../src/server/ports/log.ts'
import { binEvent, cueEvent, noonMs, runEvent } from '../../conformance/events.ts'
import { createRandom } from '../../support/random.ts'
import { until } from '../../support/processes.ts'
import { startRedis, withoutRedis, type TestRedis } from '../../support/redis.ts'
import { openLogNode, type LogNode } from './log-rig.ts'
import { drain, MemoryKeeper } from './memory-keeper.ts'

const steps = 120
const seed = Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

describe('a Redis that loses what it holds', { skip: withoutRedis }, () => {
  it(`loses nothing that was stored, and no position names two things (seed ${seed})`, async () => {
    const random = createRandom(seed)
    await using server = await startRedis()
    const keeper = new MemoryKeeper()
    await using one = openLogNode(server.url, { keeper, now: () => noonMs })
    await using two = openLogNode(server.url, { keeper, now: () => noonMs })
    const nodes = [one, two]
    const tuner = new Tuner(one)
    let epochs = 0
    for (let step = 0; step < steps; step++) {
      const what = random.below(40)
      if (what === 0) server.cli('FLUSHALL')
      else if (what === 1) await kill(server)
      else if (what === 2) server.cli('SAVE')
      else if (what < 8) tuner.moveTo(random.pick(nodes))
      else if (what < 16) await drain(random.pick(nodes).log, keeper).catch(mayBeAway)
      else if (what === 16) {
        // At the very moment of the appends.
        const sending = tuner.send(1 + random.below(4))
        await Promise.all([sending, random.below(2) === 0 ? kill(server) : server.cli('FLUSHALL')])
      } else await tuner.send(1 + random.below(4))
      // A node takes its time to come back, in which nothing happens: mostly it is waited for, or nothing would be lost twice.
      if (random.below(4) > 0) await tuner.isBack()
    }
    // At the end what is lost is certain to be some of what was received.
    await until('some is received that is not stored', async () => {
      await tuner.send(1)
      return tuner.received > tuner.stored && tuner.epochs.size > 0
    })
    server.cli('FLUSHALL')
    await until('all is stored', async () => {
      await tuner.send(1)
      await drain(two.log, keeper).catch(mayBeAway)
      epochs = tuner.epochs.size
      return tuner.made > 3 && tuner.stored >= tuner.made - 1
    })
    await until('and the last', async () => {
      tuner.moveTo(two)
      await tuner.send(0)
      await drain(one.log, keeper).catch(mayBeAway)
      return tuner.stored === tuner.made
    })
    assert.ok(epochs > 1, 'nothing was lost')
    assert.ok(tuner.resent > 0, 'nothing was sent again')

    const { entries, bins, book } = keeper.of('news')
    assert.deepEqual(
      entries.map(({ value }) => ('id' in value ? value.id : null)),
      tuner.cues,
    )
    assert.deepEqual(
      bins.map(({ data }) => data),
      tuner.bins,
    )
    assert.deepEqual(
      entries.map(({ value }) => value.position.seq),
      entries.map((_, n) => n + 1),
    )
    assert.equal(book.tip, entries.length)
    for (const entry of entries) tuner.see(entry)
  })
})

/** A producer with its spool, and all that readers were told on the way. */
class Tuner {
  readonly cues: number[] = []
  readonly bins: string[] = []
  readonly epochs = new Set<string>()
  stored = 0
  resent = 0
  readonly #spool: DurableEvent[] = [runEvent(1)]
  readonly #told = new Map<string, string>()
  #next = 1
  #node: LogNode
  #fence: number | null = null

  constructor(node: LogNode) {
    this.#node = node
  }

  get made(): number {
    return this.#spool.length
  }

  get received(): number {
    return this.#next - 1
  }

  moveTo(node: LogNode): void {
    this.#node = node
    this.#fence = null
  }

  /** Until Redis answers its node again. */
  async isBack(): Promise<void> {
    const { log } = this.#node
    const answers = (): Promise<boolean> =>
      log.tip('news').then(
        () => true,
        (error: unknown) => {
          mayBeAway(error)
          return false
        },
      )
    await until('Redis answers a node', answers)
  }

  /** Makes events and sends them in batches that do not wait for each other, as far as it gets. */
  async send(count: number): Promise<void> {
    for (let n = 0; n < count; n++) this.#make()
    const { log } = this.#node
    try {
      if (this.#fence === null) await this.#connect()
      const fence = this.#fence ?? 0
      const rest = this.#spool.slice(this.#next - 1)
      const middle = Math.ceil(rest.length / 2)
      const batches = [rest.slice(0, middle), rest.slice(middle)].filter(({ length }) => length > 0)
      const results = await Promise.allSettled(
        batches.map((events) =>
          log.append({ channel: 'news', producer: 'producer-a', fence, events }),
        ),
      )
      for (const result of results) {
        if (result.status === 'rejected') throw result.reason
        this.#take(result.value)
      }
    } catch (error) {
      mayBeAway(error)
      this.#fence = null
    }
  }

  /** Whoever saw this position before saw the same there. */
  see(entry: LogEntry): void {
    const { epoch, seq } = entry.value.position
    const key = `${epoch}.${seq}`
    const text = JSON.stringify(entry)
    assert.equal(this.#told.get(key) ?? text, text)
    this.#told.set(key, text)
    this.epochs.add(epoch)
  }

  async #connect(): Promise<void> {
    const { log } = this.#node
    this.#fence = await log.fence('news')
    const { received, stored } = await log.producer('news', 'producer-a')
    assert.ok(stored >= this.stored, `stored went back from ${this.stored} to ${stored}`)
    assert.ok(received >= stored)
    if (received + 1 < this.#next) this.resent++
    this.stored = stored
    this.#next = received + 1
  }

  #take(result: AppendResult): void {
    if (!result.ok) {
      // Another connection of its own is newer, or something is missing: it comes back.
      this.#fence = null
      return
    }
    for (const entry of result.entries) this.see(entry)
    assert.ok(result.stored >= this.stored)
    this.stored = result.stored
    this.#next = Math.max(this.#next, result.received + 1)
  }

  #make(): void {
    const seq = this.#spool.length + 1
    if (seq % 3 === 0) {
      const bin = binEvent(seq, seq)
      this.bins.push(bin.data)
      this.#spool.push(bin)
    } else {
      this.cues.push(seq)
      this.#spool.push(cueEvent(seq, seq, seq))
    }
  }
}

/** It comes back as it was when it was saved last, or empty. */
async function kill(server: TestRedis): Promise<void> {
  await server.signal('SIGKILL')
  await server.restart()
}

function mayBeAway(error: unknown): void {
  if (!isStorageDown(error)) throw error
}
