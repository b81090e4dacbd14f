import type { Airing, ChannelTrack, Cue, Gap } from '../../../protocol/api.ts'
import type { BinEvent } from '../../../protocol/events.ts'
import type { Position } from '../../../protocol/position.ts'
import type { TimeSpan } from '../../../protocol/time/time-spans.ts'
import type {
  AppendResult,
  Batch,
  Log,
  LogEntry,
  LogPage,
  Monitoring,
  ProducerState,
} from '../../ports/log.ts'
import type { AiringNote } from '../rules/airing-notes.ts'
import { createEpoch } from '../epoch.ts'
import { createWatchNote } from '../rules/log-holes.ts'
import { isOver, removedItem } from '../rules/retention.ts'
import {
  createProducerNote,
  createRunNote,
  listTracks,
  type ChannelBook,
  type ProducerNote,
  type RunNote,
} from '../rules/channel-book.ts'
import { applyBatch } from '../rules/log-rules.ts'
import { monitoringOf } from '../rules/log-watch.ts'
import type { KnownRun } from '../rules/revisions.ts'

export interface MemoryLogOptions {
  readonly now?: (() => number) | undefined
  /** How many of the newest entries of a channel `read` still reaches; default all. */
  readonly keepEntries?: number | undefined
  /** Test seam: throws to play storage that fails; nothing of the batch is kept then. */
  readonly beforeCommit?: ((batch: Batch) => void) | undefined
}

export interface MemoryRun extends KnownRun {
  /** Of its last original bytes, milliseconds since 1970; null when there are none. */
  readonly binAtMs: number | null
}

/** Everything a channel has stored. */
export interface MemoryChannel {
  readonly position: Position
  readonly cues: ReadonlyMap<string, Cue>
  readonly airings: ReadonlyMap<string, Airing>
  readonly gaps: ReadonlyMap<string, Gap>
  readonly extents: readonly TimeSpan[]
  readonly runs: readonly MemoryRun[]
  readonly bins: readonly BinEvent[]
  readonly tracks: readonly ChannelTrack[]
}

/** The log in memory, for tests: it promises all but durability, and never forgets. */
export class MemoryLog implements Log {
  readonly #now: () => number
  readonly #keepEntries: number
  readonly #beforeCommit: (batch: Batch) => void
  readonly #channels = new Map<string, MemoryBook>()

  constructor(options: MemoryLogOptions = {}) {
    this.#now = options.now ?? Date.now
    this.#keepEntries = options.keepEntries ?? Infinity
    this.#beforeCommit = options.beforeCommit ?? (() => undefined)
  }

  append(batch: Batch): Promise<AppendResult> {
    try {
      this.#beforeCommit(batch)
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)))
    }
    const channel = this.#channel(batch.channel)
    const effects = applyBatch(channel, batch, this.#now())
    if (!effects.ok) return Promise.resolve(effects)
    channel.keep(effects.entries, effects.bins)
    const { received, entries, duplicates } = effects
    return Promise.resolve({ ok: true, received, stored: received, entries, duplicates })
  }

  fence(channel: string): Promise<number> {
    return Promise.resolve(++this.#channel(channel).fence)
  }

  producer(channel: string, producer: string): Promise<ProducerState> {
    const { received } = this.#channel(channel).producer(producer)
    return Promise.resolve({ received, stored: received })
  }

  monitoring(channel: string): Promise<Monitoring | null> {
    return Promise.resolve(monitoringOf(this.#channel(channel)))
  }

  read(channel: string, since: Position, limit: number): Promise<LogPage> {
    const { epoch, tip, entries } = this.#channel(channel)
    const position = { epoch, seq: tip }
    const oldest = Math.max(0, tip - this.#keepEntries)
    const reachable = since.epoch === epoch && since.seq <= tip && since.seq >= oldest
    if (!reachable) return Promise.resolve({ ok: false, position, oldest: { epoch, seq: oldest } })
    const page = entries.slice(since.seq, since.seq + limit)
    return Promise.resolve({ ok: true, entries: page, position })
  }

  tip(channel: string): Promise<Position> {
    const { epoch, tip } = this.#channel(channel)
    return Promise.resolve({ epoch, seq: tip })
  }

  onStored(): void {
    // Everything is stored when an append answers.
  }

  /** What the memory archive reads. */
  contents(channel: string): MemoryChannel {
    return this.#channel(channel).contents()
  }

  holdsBefore(channel: string, beforeMs: number): boolean {
    return this.#channel(channel).past(beforeMs).size > 0
  }

  /** What was before is gone, and news of that stands in its place. */
  forget(channel: string, beforeMs: number): void {
    this.#channel(channel).forget(beforeMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held outside this object.
  }

  #channel(id: string): MemoryBook {
    let channel = this.#channels.get(id)
    if (channel === undefined) this.#channels.set(id, (channel = new MemoryBook(id)))
    return channel
  }
}

/** A channel’s book, with all its entries and bytes. */
export class MemoryBook implements ChannelBook {
  readonly channel: string
  readonly epoch: string
  tip = 0
  fence = 0
  readonly airings = new Map<string, AiringNote>()
  readonly tracks = new Map<string, string | null>()
  readonly watch = createWatchNote()
  /** The entry with seq n is at n - 1. */
  readonly entries: LogEntry[] = []
  readonly #producers = new Map<string, ProducerNote>()
  readonly #runs = new Map<string, RunNote>()
  readonly #bins: BinEvent[] = []

  constructor(channel: string, epoch: string = createEpoch()) {
    this.channel = channel
    this.epoch = epoch
  }

  producer(id: string): ProducerNote {
    return getOrCreate(this.#producers, id, createProducerNote)
  }

  run(id: string): RunNote {
    return getOrCreate(this.#runs, id, createRunNote)
  }

  keep(entries: readonly LogEntry[], bins: readonly BinEvent[]): void {
    this.entries.push(...entries)
    this.#bins.push(...bins)
  }

  /** What a retention that reaches back to a time has passed over. */
  past(beforeMs: number): Set<LogEntry | BinEvent> {
    const last = new Map<string, Airing | Gap>()
    for (const { type, value } of this.entries)
      if (type === 'airing' || type === 'gap') last.set(`${type} ${value.id}`, value)
    const isPast = ({ type, value }: LogEntry): boolean => {
      if (type === 'cue') return Date.parse(value.start) < beforeMs
      if (type === 'removed') return false
      const told = last.get(`${type} ${value.id}`)
      return told !== undefined && isOver(told, beforeMs)
    }
    const hourMs = 3_600_000
    const isOldBin = ({ at }: BinEvent): boolean =>
      Math.floor(Date.parse(at) / hourMs) < Math.floor(beforeMs / hourMs)
    return new Set([...this.entries.filter(isPast), ...this.#bins.filter(isOldBin)])
  }

  forget(beforeMs: number): void {
    const past = this.past(beforeMs)
    this.entries.forEach((entry, n) => {
      if (past.has(entry)) this.entries[n] = { type: 'removed', value: removedItem(entry) }
    })
    const kept = this.#bins.filter((bin) => !past.has(bin))
    this.#bins.splice(0, this.#bins.length, ...kept)
  }

  contents(): MemoryChannel {
    const cues = new Map<string, Cue>()
    const airings = new Map<string, Airing>()
    const gaps = new Map<string, Gap>()
    for (const entry of this.entries) {
      if (entry.type === 'cue')
        cues.set(`${entry.value.run} ${entry.value.track} ${entry.value.id}`, entry.value)
      else if (entry.type === 'airing') airings.set(entry.value.id, entry.value)
      else if (entry.type === 'gap') gaps.set(entry.value.id, entry.value)
    }
    const runs = [...this.#runs.values()].flatMap(({ announced, binProducer, binAtMs }) =>
      announced === null ? [] : { ...announced, binAtMs: binProducer === null ? null : binAtMs },
    )
    return {
      position: { epoch: this.epoch, seq: this.tip },
      cues,
      airings,
      gaps,
      runs,
      extents: [...this.#runs.values()].flatMap(({ extent }) => extent ?? []),
      bins: this.#bins,
      tracks: listTracks(this.tracks),
    }
  }
}

function getOrCreate<T>(map: Map<string, T>, key: string, create: () => T): T {
  let value = map.get(key)
  if (value === undefined) map.set(key, (value = create()))
  return value
}
