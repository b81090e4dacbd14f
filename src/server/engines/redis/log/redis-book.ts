import type { AiringNote } from '../../rules/airing-notes.ts'
import {
  createProducerNote,
  createRunNote,
  type ChannelBook,
  type ProducerNote,
  type RunNote,
} from '../../rules/channel-book.ts'
import { keepRun, unkeepRun, type KeptNotes, type KeptRun } from '../../rules/kept-log.ts'
import { createWatchNote, type WatchNote } from '../../rules/log-holes.ts'
import type { Effects } from '../../rules/log-rules.ts'
import { longestAiringMs } from '../../rules/retention.ts'

/** A node's copy grows with the runs and producers it meets; beyond that it is read anew. */
const mostNotes = 128

/** Where a book stands. */
export interface BookHead {
  readonly epoch: string
  readonly version: number
  readonly tip: number
  readonly fence: number
}

/**
 * A node's copy of a channel's book, as it is at a version. Notes of runs and producers are there once they were given: the
 * rules must not ask for others.
 */
export class RedisBook implements ChannelBook {
  readonly channel: string
  readonly epoch: string
  version: number
  tip: number
  fence: number
  readonly airings: Map<string, AiringNote>
  readonly tracks: Map<string, string | null>
  readonly watch: WatchNote
  readonly #producers = new Map<string, ProducerNote>()
  readonly #runs = new Map<string, RunNote>()

  /** The notes are JSON, null when there are none. */
  constructor(
    channel: string,
    { epoch, version, tip, fence }: BookHead,
    notes: {
      readonly airings: string | null
      readonly tracks: string | null
      readonly watch: string | null
    },
  ) {
    this.channel = channel
    this.epoch = epoch
    this.version = version
    this.tip = tip
    this.fence = fence
    this.airings = new Map(ours<AiringNote[]>(notes.airings, []).map((note) => [note.id, note]))
    this.tracks = new Map(ours<[string, string | null][]>(notes.tracks, []))
    this.watch = ours<WatchNote>(notes.watch, createWatchNote())
  }

  get isLarge(): boolean {
    return this.#runs.size + this.#producers.size > mostNotes
  }

  hasProducer(id: string): boolean {
    return this.#producers.has(id)
  }

  hasRun(id: string): boolean {
    return this.#runs.has(id)
  }

  giveProducer(id: string, note: string | null): void {
    this.#producers.set(id, ours<ProducerNote>(note, createProducerNote()))
  }

  giveRun(id: string, note: string | null): void {
    const kept = ours<KeptRun | null>(note, null)
    this.#runs.set(id, kept === null ? createRunNote() : unkeepRun(kept))
  }

  producer(id: string): ProducerNote {
    const note = this.#producers.get(id)
    if (note === undefined) throw new Error(`the book of ${this.channel} was read without ${id}`)
    return note
  }

  run(id: string): RunNote {
    const note = this.#runs.get(id)
    if (note === undefined) throw new Error(`the book of ${this.channel} was read without ${id}`)
    return note
  }

  /** What a batch has changed. */
  notes(producer: string, effects: Effects, nowMs: number): KeptNotes {
    if (effects.airingsChanged) this.#dropOldAirings(nowMs)
    return {
      producers: { [producer]: this.producer(producer) },
      runs: Object.fromEntries([...effects.runs].map((run) => [run, keepRun(this.run(run))])),
      ...(effects.airingsChanged ? { airings: [...this.airings.values()] } : {}),
      ...(effects.tracksChanged ? { tracks: [...this.tracks] } : {}),
      ...(effects.watchChanged ? { watch: this.watch } : {}),
    }
  }

  /** No cue that comes will be of them; the last to start may still be on, however long ago that was. */
  #dropOldAirings(nowMs: number): void {
    const last = Math.max(...[...this.airings.values()].map(({ startMs }) => startMs))
    const oldMs = Math.min(last, nowMs - 2 * longestAiringMs)
    for (const [id, { startMs }] of this.airings) if (startMs < oldMs) this.airings.delete(id)
  }
}

/** Fields and values of a book's hash. */
export function fieldsOf(notes: Partial<KeptNotes>): string[] {
  const { producers = {}, runs = {}, airings, tracks, watch } = notes
  const fields = Object.entries({ airings, tracks, watch }).filter(([, note]) => note !== undefined)
  return [
    ...fields,
    ...Object.entries(producers).map(([id, note]) => [`producer:${id}`, note] as const),
    ...Object.entries(runs).map(([id, note]) => [`run:${id}`, note] as const),
  ].flatMap(([field, note]) => [field, JSON.stringify(note)])
}

/** JSON that we wrote ourselves, so that its shape is known where it is read. */
export function ours<T>(text: string | null, none: T): T {
  return text === null ? none : (JSON.parse(text) as T)
}
