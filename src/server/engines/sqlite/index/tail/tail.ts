import type { Cue } from '../../../../../protocol/api.ts'
import { monthOf } from '../../volumes/months.ts'
import { Dictionary } from './dictionary.ts'
import type { StreamKey } from '../../../rules/search/stream-key.ts'
import { TailStream, type History } from './tail-stream.ts'

/** Streams that have had nothing new for this long are read again when they go on. */
const dormantMs = 2 * 3_600_000
/** Terms that are kept though nothing uses them any more. */
const maxTerms = 400_000

/** Up to which position of its log a channel's cues of a month are in chunks. */
export type SealedTo = (channel: string, month: number) => number

/** Everything that is in the log and in no chunk of the index yet, by stream. */
export class Tail {
  dictionary = new Dictionary()
  /** Grows with every change. */
  version = 0
  /** Months of what is fresh. */
  readonly months = new Set<number>()
  readonly #history: History
  readonly #streams = new Map<string, TailStream>()

  constructor(history: History) {
    this.#history = history
  }

  get streams(): Iterable<TailStream> {
    return this.#streams.values()
  }

  add(cue: Cue, sealedTo: SealedTo): void {
    const month = monthOf(Date.parse(cue.start))
    const isFresh = cue.position.seq > sealedTo(cue.channel, month)
    if (isFresh) this.months.add(month)
    const key = streamName(cue)
    let stream = this.#streams.get(key)
    if (stream === undefined && !isFresh) return
    if (stream === undefined) {
      const { channel, run, track } = cue
      stream = new TailStream({ channel, run, track }, this.dictionary, this.#history)
      this.#streams.set(key, stream)
    }
    stream.add(cue, isFresh)
    this.version++
  }

  /** Takes note of what chunks hold by now. */
  settle(sealedTo: SealedTo, nowMs: number): void {
    this.months.clear()
    for (const [key, stream] of this.#streams) {
      const { channel } = stream.key
      for (const cue of stream.cues) {
        if (!cue.isFresh) continue
        const month = monthOf(cue.startMs)
        cue.isFresh = cue.seq > sealedTo(channel, month)
        if (cue.isFresh) this.months.add(month)
      }
      stream.trim()
      const lastMs = stream.cues.at(-1)?.startMs ?? 0
      if (!stream.hasFresh && lastMs < nowMs - dormantMs) this.#streams.delete(key)
    }
    this.version++
    if (this.dictionary.terms.length > maxTerms) this.forget()
  }

  /** Starts anew: what is asked next is read again. */
  forget(): void {
    this.#streams.clear()
    this.months.clear()
    this.dictionary = new Dictionary()
    this.version++
  }
}

export function streamName({ channel, run, track }: StreamKey): string {
  return `${channel} ${track} ${run}`
}
