import { monthOf } from '../../volumes/months.ts'
import type { Cuts } from './evaluate-chunk.ts'
import { minuteMs } from '../../../rules/search/measures.ts'
import type { Searchable } from './searchable.ts'
import type { SpanBook } from './span-book.ts'

interface Known {
  /** The lists of gaps that the cuts follow from: the same while nothing changes. */
  readonly starts: readonly (readonly number[])[]
  readonly serial: number
  readonly cuts: Cuts
  /** Of the book of gaps, when this was last right. */
  version: number
}

const maxKnown = 5000
const none: Cuts = new Int32Array(0)

/** Where gaps part the streams of chunks. */
export class CutBook {
  readonly #spans: SpanBook
  readonly #known = new Map<string, Known>()
  #serial = 0

  constructor(spans: SpanBook) {
    this.#spans = spans
  }

  /** Another one when some cuts may be other ones. */
  get version(): number {
    return this.#spans.version
  }

  /** `serial` is another for other cuts. */
  of(chunk: Searchable): { readonly serial: number; readonly cuts: Cuts } {
    const known = this.#known.get(chunk.name)
    const { version } = this.#spans
    if (known?.version === version) return known
    const starts = this.#starts(chunk)
    if (known !== undefined && known.starts.every((list, n) => list === starts[n])) {
      known.version = version
      return known
    }
    const cuts = findCuts(chunk, starts)
    const next = { starts, serial: cuts.length === 0 ? 0 : ++this.#serial, cuts, version }
    this.#known.delete(chunk.name)
    this.#known.set(chunk.name, next)
    const oldest = this.#known.size > maxKnown ? this.#known.keys().next() : undefined
    if (oldest?.done === false) this.#known.delete(oldest.value)
    return next
  }

  /** For each stretch the gaps of the months it lies in, and of those beside, for what reaches over their ends. */
  #starts({ keys, firstMinute, lastMinute }: Searchable): (readonly number[])[] {
    const first = monthOf(firstMinute * minuteMs) - 1
    const last = monthOf(lastMinute * minuteMs) + 1
    const starts: (readonly number[])[] = []
    for (const { channel } of keys)
      for (let month = first; month <= last; month++)
        starts.push(this.#spans.gapStarts(channel, month))
    return starts
  }
}

function findCuts(chunk: Searchable, starts: readonly (readonly number[])[]): Cuts {
  if (starts.every(({ length }) => length === 0)) return none
  const months = starts.length / chunk.stretches.length
  const cues = chunk.cues()
  const cuts: number[] = []
  chunk.stretches.forEach(({ from, to }, n) => {
    const gaps = starts.slice(n * months, (n + 1) * months).flat()
    let gap = 0
    for (let at = from + 1; at < to && gap < gaps.length; at++) {
      const before = cues.startMs[at - 1] ?? 0
      const startMs = cues.startMs[at] ?? 0
      while (gap < gaps.length && (gaps[gap] ?? 0) <= before) gap++
      if ((gaps[gap] ?? Infinity) > startMs) continue
      const position = cues.position[at] ?? 0
      if (cuts.at(-1) !== position) cuts.push(position)
    }
  })
  return Int32Array.from(cuts)
}
