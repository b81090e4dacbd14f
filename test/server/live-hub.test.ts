import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { LiveEvent } from '../../src/protocol/live/live.ts'
import { LiveHub } from '../../src/server/core/live/live-hub.ts'
import { LiveQueries } from '../../src/server/core/live/live-queries.ts'
import type { ViewerSink } from '../../src/server/core/live/live-viewer.ts'
import { MemoryArchive } from '../../src/server/engines/memory/memory-archive.ts'
import { MemoryBroker } from '../../src/server/engines/memory/memory-broker.ts'
import { MemoryLog } from '../../src/server/engines/memory/memory-log.ts'
import { createLogger } from '../../src/server/log.ts'
import { until } from '../support/processes.ts'

/** A reader within the process: what it is told, and how much it claims not to have read. */
class Listener implements ViewerSink {
  waitingBytes = 0
  readonly cues: string[] = []
  /** Cues and drafts as they came, drafts in lower case. */
  readonly told: string[] = []
  readonly incomplete: boolean[] = []
  openings = 0

  add({ events }: { readonly events: readonly LiveEvent[] }): void {
    for (const event of events) {
      if (event.type === 'cue') this.cues.push(event.text)
      if (event.type === 'cue' || (event.type === 'draft' && event.text !== ''))
        this.told.push(event.type === 'cue' ? event.text : event.text.toLowerCase())
    }
  }

  open(...[, , { missed, complete }]: Parameters<ViewerSink['open']>): void {
    this.openings++
    if (!complete) this.incomplete.push(true)
    for (const event of missed ?? []) if (event.type === 'cue') this.cues.push(event.text)
  }

  flush(): void {
    // What was added is taken already.
  }

  problem(_channel: string | null, code: string): void {
    throw new Error(code)
  }

  bye(): void {
    throw new Error('bye')
  }

  heartbeat(): void {
    // Nothing to say to somebody who listens anyway.
  }
}

class World implements AsyncDisposable {
  nowMs = Date.now()
  readonly log = new MemoryLog({ now: () => this.nowMs })
  readonly broker = new MemoryBroker()
  readonly hub: LiveHub
  #seq = 0

  /** Of the next cue. */
  get nextId(): number {
    return this.#seq + 1
  }

  constructor() {
    this.hub = new LiveHub({
      ...{ log: this.log, archive: new MemoryArchive(this.log), broker: this.broker },
      now: () => this.nowMs,
      random: Math.random,
      airing: () => null,
      isFed: () => true,
      logger: createLogger('error'),
      view: () => ({
        ...{ allowed: true, delayMs: 0, drafts: true, export: true },
        ...{ retentionMs: null, snippetWords: null, robots: false },
      }),
      queries: new LiveQueries(
        (id) => ({ id, network: null, timeZone: 'UTC' }),
        () => null,
      ),
    })
  }

  /** Stores cues and announces them, all before anyone is written to; each a second after the other. */
  async say(texts: readonly string[]): Promise<void> {
    const fence = await this.log.fence('c')
    for (const text of texts) {
      this.nowMs += 1000
      const at = new Date(this.nowMs).toISOString()
      const run = { type: 'run', run: 'r', startedAt: at, live: true, source: 't', extractor: 't' }
      const cue = { type: 'cue', run: 'r', track: 'CC1', id: this.#seq + 1, start: at, end: at }
      const result = await this.log.append({
        ...{ channel: 'c', producer: 'p', fence },
        events: [
          { ...run, type: 'run', seq: ++this.#seq, decoder: 't', tracks: [] },
          { ...cue, type: 'cue', seq: ++this.#seq, mode: 'roll-up', text },
        ],
      })
      assert.ok(result.ok)
      this.broker.announce({ type: 'entries', channel: 'c', entries: result.entries })
    }
  }

  draft(id: number, text: string): void {
    const start = new Date(this.nowMs).toISOString()
    const draft = { run: 'r', track: 'CC1', id, start, mode: 'roll-up', text } as const
    this.broker.announce({ type: 'draft', channel: 'c', draft })
  }

  follow(query: string | null = null): Listener {
    const listener = new Listener()
    const viewer = this.hub.join({ kind: 'anonymous', mustSignIn: false }, listener)
    this.hub.subscribe(viewer, 'c', { since: null, tracks: null, query, backlog: 0 })
    return listener
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hub[Symbol.asyncDispose]()
  }
}

const lines = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `LINE ${from + i}`)

describe(LiveHub.name, () => {
  it('tells everything when more comes between two ticks than is kept in memory', async () => {
    await using world = new World()
    await world.say(lines(1, 3))
    const all = world.follow()
    const some = world.follow('450 OR 451')
    await until('both are open', () => all.openings === 1 && some.openings === 1)
    await world.say(lines(4, 1000))
    await until('the end', () => all.cues.length >= 997)
    assert.deepEqual(all.cues, lines(4, 1000))
    assert.deepEqual(all.incomplete, [])
    await until('the matches', () => some.cues.length >= 2)
    assert.deepEqual(some.cues, ['LINE 450', 'LINE 451'])
  })

  it('keeps a row on the screen until its cue has come, and what follows it waits', async () => {
    await using world = new World()
    await world.say(['FIRST'])
    const viewer = world.follow()
    await until('it is open', () => viewer.openings === 1)
    world.draft(world.nextId, 'SECO')
    await until('the letters', () => viewer.told.length === 1)
    const id = world.nextId
    world.draft(id + 1, 'TH')
    await new Promise((resolve) => setTimeout(resolve, 150))
    assert.deepEqual(viewer.told, ['seco'], 'the cue is on its way')
    await world.say(['SECOND'])
    await until('what waited', () => viewer.told.length === 3)
    assert.deepEqual(viewer.told, ['seco', 'SECOND', 'th'])
    world.draft(id + 2, 'TAKEN BACK')
    await new Promise((resolve) => setTimeout(resolve, 150))
    assert.equal(viewer.told.length, 3)
    world.nowMs += 300
    await until('it was taken back', () => viewer.told.length === 4)
  })

  it('passes over who does not read, and tells it everything when it does', async () => {
    await using world = new World()
    const slow = world.follow()
    const quick = world.follow()
    await until('both are open', () => slow.openings === 1 && quick.openings === 1)
    slow.waitingBytes = 1e6
    for (let n = 1; n <= 300; n += 3) {
      await world.say(lines(n, n + 2))
      if (n % 60 === 1) await until('it was told', () => quick.cues.length === n + 2)
    }
    await until('the end', () => quick.cues.length === 300)
    assert.equal(slow.cues.length, 0)
    slow.waitingBytes = 0
    await until('all of it', () => slow.cues.length === 300)
    assert.deepEqual(slow.cues, lines(1, 300))
    assert.deepEqual(slow.incomplete, [])
  })
})
