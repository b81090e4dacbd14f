import { createEpoch } from '../../../src/server/engines/epoch.ts'
import { MemoryBook } from '../../../src/server/engines/memory/memory-log.ts'
import {
  keepRun,
  unkeepRun,
  type KeptBook,
  type LogKeeper,
  type Operation,
} from '../../../src/server/engines/rules/kept-log.ts'
import { applyBatch, type Effects } from '../../../src/server/engines/rules/log-rules.ts'
import { monitoringOf } from '../../../src/server/engines/rules/log-watch.ts'
import { isStorageDown } from '../../../src/protocol/codes.ts'
import type { Position } from '../../../src/protocol/position.ts'
import type {
  AppendResult,
  Batch,
  Log,
  LogPage,
  Monitoring,
  ProducerState,
} from '../../../src/server/ports/log.ts'

/**
 * A log that keeps every append at once, with its books in memory: what a node and its archiver do, without what is between
 * them. An append that the keeper could not answer is sent again, as it may have been kept. A channel has one such log.
 */
export class KeptLog implements Log {
  readonly #keeper: LogKeeper
  readonly #now: () => number
  readonly #books = new Map<string, Promise<Known>>()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(keeper: LogKeeper, now: () => number = Date.now) {
    this.#keeper = keeper
    this.#now = now
  }

  append(batch: Batch): Promise<AppendResult> {
    return this.#inTurn(() => this.#append(batch))
  }

  async fence(channel: string): Promise<number> {
    return ++(await this.#book(channel)).book.fence
  }

  async producer(channel: string, producer: string): Promise<ProducerState> {
    const { received } = (await this.#book(channel)).book.producer(producer)
    return { received, stored: received }
  }

  async monitoring(channel: string): Promise<Monitoring | null> {
    return monitoringOf((await this.#book(channel)).book)
  }

  /** What was appended here since the book was loaded. */
  async read(channel: string, since: Position, limit: number): Promise<LogPage> {
    const { book, floor } = await this.#book(channel)
    const { epoch, tip, entries } = book
    const position = { epoch, seq: tip }
    if (since.epoch !== epoch || since.seq > tip || since.seq < floor)
      return { ok: false, position, oldest: { epoch, seq: floor } }
    const from = since.seq - floor
    return { ok: true, entries: entries.slice(from, from + limit), position }
  }

  async tip(channel: string): Promise<Position> {
    const { epoch, tip } = (await this.#book(channel)).book
    return { epoch, seq: tip }
  }

  onStored(): void {
    // Everything is stored when an append answers.
  }

  async forget(channel: string, beforeMs: number): Promise<void> {
    const { book } = await this.#book(channel)
    book.forget(beforeMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn
  }

  /** Appends one after the other: each is computed upon what the one before has left. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work)
    this.#turn = mine.catch(() => undefined)
    return mine
  }

  async #append(batch: Batch): Promise<AppendResult> {
    const known = await this.#book(batch.channel)
    const { book } = known
    const nowMs = this.#now()
    const effects = applyBatch(book, batch, nowMs)
    if (!effects.ok) return effects
    const operation = operationOf(known, batch, effects, nowMs)
    const kept = await insist(() => this.#keeper.keep(batch.channel, book.epoch, [operation]))
    if (kept === 'stale') throw new Error(`another has stored into ${batch.channel}`)
    known.version++
    book.keep(effects.entries, effects.bins)
    const { received, entries, duplicates } = effects
    return { ok: true, received, stored: received, entries, duplicates }
  }

  #book(channel: string): Promise<Known> {
    let known = this.#books.get(channel)
    if (known === undefined) {
      known = insist(() => this.#keeper.load(channel, createEpoch())).then((kept) =>
        bookOf(channel, kept),
      )
      this.#books.set(channel, known)
    }
    return known
  }
}

interface Known {
  readonly book: MemoryBook
  /** Position of the last entry before the first in memory. */
  readonly floor: number
  version: number
}

function bookOf(channel: string, kept: KeptBook): Known {
  const book = new MemoryBook(channel, kept.epoch)
  book.tip = kept.tip
  for (const [id, note] of Object.entries(kept.producers)) Object.assign(book.producer(id), note)
  for (const [id, note] of Object.entries(kept.runs)) Object.assign(book.run(id), unkeepRun(note))
  for (const note of kept.airings) book.airings.set(note.id, note)
  for (const [track, language] of kept.tracks) book.tracks.set(track, language)
  Object.assign(book.watch, kept.watch)
  return { book, floor: kept.tip, version: kept.version }
}

function operationOf(
  { book, version }: Known,
  { producer }: Batch,
  effects: Effects,
  storedMs: number,
): Operation {
  const { entries, bins, rejects } = effects
  const notes = {
    producers: { [producer]: book.producer(producer) },
    runs: Object.fromEntries([...effects.runs].map((run) => [run, keepRun(book.run(run))])),
    ...(effects.airingsChanged ? { airings: [...book.airings.values()] } : {}),
    ...(effects.tracksChanged ? { tracks: [...book.tracks] } : {}),
    ...(effects.watchChanged ? { watch: book.watch } : {}),
  }
  const operation = {
    ...{ version: version + 1, tip: book.tip, storedMs, producer },
    ...{ entries, bins, rejects, notes },
  }
  // As it comes out of what is between, where it is JSON.
  return JSON.parse(JSON.stringify(operation)) as Operation
}

async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isStorageDown(error)) throw error
    }
  }
}
