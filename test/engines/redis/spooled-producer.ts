import assert from 'node:assert/strict'
import { isStorageDown } from '../../../src/protocol/codes.ts'
import type { DurableEvent } from '../../../src/protocol/events.ts'
import type { AppendResult, LogEntry } from '../../../src/server/ports/log.ts'
import { binEvent, cueEvent, runEvent } from '../../conformance/events.ts'
import { until } from '../../support/processes.ts'
import type { LogNode } from './log-rig.ts'
import type { MemoryKeeper } from './memory-keeper.ts'

/** A producer with its spool, and all that readers were told on the way. */
export class SpooledProducer {
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

  /** The archive is what was sent, once and in order, and no position ever named two things. */
  check(keeper: MemoryKeeper): void {
    const { entries, bins, book } = keeper.of('news')
    assert.deepEqual(
      entries.map(({ value }) => ('id' in value ? value.id : null)),
      this.cues,
    )
    assert.deepEqual(
      bins.map(({ data }) => data),
      this.bins,
    )
    assert.deepEqual(
      entries.map(({ value }) => value.position.seq),
      entries.map((_, n) => n + 1),
    )
    assert.equal(book.tip, entries.length)
    for (const entry of entries) this.see(entry)
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

/** Whether it is to be expected while Redis is away; anything else is thrown. */
export function mayBeAway(error: unknown): void {
  if (!isStorageDown(error)) throw error
}
