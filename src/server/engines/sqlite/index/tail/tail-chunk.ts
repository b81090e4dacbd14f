import { firstCharacter } from '../../../../../query/language/parse-words.ts'
import type { Word } from '../../../../../query/language/query.ts'
import { Labels, type CueTable, type MinuteTable, type Stretch } from '../format/chunk.ts'
import type { Dictionary } from './dictionary.ts'
import { minuteMs } from '../../../rules/search/measures.ts'
import { stretchDistance } from '../format/index-schema.ts'
import { listed, type PositionList } from '../format/posting.ts'
import type { Searchable } from '../search/searchable.ts'
import type { StreamKey } from '../../../rules/search/stream-key.ts'
import type { TailStream } from './tail-stream.ts'
import type { Tail } from './tail.ts'

const nothing = -1

/** What a tail holds at one moment, numbered as a chunk is. */
export class TailChunk implements Searchable {
  readonly name: string
  readonly keys: StreamKey[] = []
  readonly stretches: Stretch[] = []
  firstMinute = Infinity
  lastMinute = -Infinity
  readonly #dictionary: Dictionary
  /** Terms by position; `nothing` between stretches. */
  readonly #terms: Int32Array
  readonly #minutes: MinuteTable
  readonly #cues: CueTable

  constructor(tail: Tail, serial: number) {
    this.name = `tail.${serial}`
    this.#dictionary = tail.dictionary
    const streams = [...tail.streams].filter(({ hasFresh }) => hasFresh)
    const parts = streams.map((stream) => {
      const { first, ownFrom } = stream.bounds()
      return { stream, first, ownFrom }
    })
    let size = 0
    for (const { stream, first } of parts) {
      for (let at = first; at < stream.cues.length; at++) size += stream.cues[at]?.terms.length ?? 0
      size += stretchDistance
    }
    this.#terms = new Int32Array(size).fill(nothing)
    const columns = new Columns()
    for (const { stream, first, ownFrom } of parts) this.#place(stream, first, ownFrom, columns)
    this.#minutes = columns.minutes()
    this.#cues = columns.cues()
  }

  limitOf(): number {
    return Infinity
  }

  minutes(): MinuteTable {
    return this.#minutes
  }

  cues(): CueTable {
    return this.#cues
  }

  mayHold(): boolean {
    return true
  }

  positions(words: readonly Word[]): PositionList[] {
    const { terms } = this.#dictionary
    // Which of the words a term is, by number: few of the terms are any.
    const wordsOf = new Map<number, number[]>()
    const isWanted = new Uint8Array(terms.length)
    const want = (term: number | undefined, word: number): void => {
      if (term === undefined) return
      isWanted[term] = 1
      const list = wordsOf.get(term)
      if (list === undefined) wordsOf.set(term, [word])
      else if (!list.includes(word)) list.push(word)
    }
    words.forEach(({ term, match }, word) => {
      if (match === 'prefix')
        terms.forEach((known, number) => {
          if (known.startsWith(term)) want(number, word)
        })
      else want(this.#dictionary.find(term), word)
      if (match === 'pair') want(this.#dictionary.find(firstCharacter(term)), word)
    })
    const found = words.map((): number[] => [])
    const all = this.#terms
    for (let position = 0; position < all.length; position++) {
      const term = all[position] ?? nothing
      if (term < 0 || isWanted[term] !== 1) continue
      for (const word of wordsOf.get(term) ?? []) found[word]?.push(position)
    }
    return found.map((list) => listed(Int32Array.from(list)))
  }

  hours(): null {
    return null
  }

  #place(stream: TailStream, first: number, ownFrom: number, columns: Columns): void {
    const { cues } = stream
    const place = this.stretches.length
    const before = this.stretches.at(-1)
    const start = before === undefined ? 0 : before.end + stretchDistance
    const from = before?.to ?? 0
    let position = start
    let ownStart = start
    for (let at = first; at < cues.length; at++) {
      const cue = cues[at]
      if (cue === undefined) continue
      if (at === ownFrom) ownStart = position
      columns.add(cue.startMs, position, cue.language, cue.airing)
      if (at >= ownFrom) columns.minute(Math.floor(cue.startMs / minuteMs), position, place)
      this.#terms.set(cue.terms, position)
      position += cue.terms.length
    }
    const to = from + cues.length - first
    const firstMinute = Math.floor((cues[ownFrom]?.startMs ?? 0) / minuteMs)
    const lastMinute = Math.floor((cues.at(-1)?.startMs ?? 0) / minuteMs)
    this.keys.push(stream.key)
    this.stretches.push({
      ...{ stream: place, from, to, ownFrom: from + ownFrom - first, ownTo: to },
      ...{ start, ownStart, ownEnd: position, end: position, firstMinute, lastMinute },
    })
    this.firstMinute = Math.min(this.firstMinute, firstMinute)
    this.lastMinute = Math.max(this.lastMinute, lastMinute)
  }
}

class Columns {
  readonly #startMs: number[] = []
  readonly #position: number[] = []
  readonly #language: number[] = []
  readonly #airing: number[] = []
  readonly #labels = new Labels()
  readonly #start: number[] = []
  readonly #minute: number[] = []
  readonly #stretch: number[] = []

  add(startMs: number, position: number, language: string | null, airing: string | null): void {
    this.#startMs.push(startMs)
    this.#position.push(position)
    this.#language.push(this.#labels.place(language))
    this.#airing.push(this.#labels.place(airing))
  }

  minute(minute: number, position: number, stretch: number): void {
    if (this.#minute.at(-1) === minute && this.#stretch.at(-1) === stretch) return
    this.#start.push(position)
    this.#minute.push(minute)
    this.#stretch.push(stretch)
  }

  minutes(): MinuteTable {
    return {
      start: Int32Array.from(this.#start),
      minute: Int32Array.from(this.#minute),
      stretch: Int32Array.from(this.#stretch),
    }
  }

  cues(): CueTable {
    return {
      startMs: Float64Array.from(this.#startMs),
      position: Int32Array.from(this.#position),
      language: Int32Array.from(this.#language),
      airing: Int32Array.from(this.#airing),
      labels: this.#labels.list,
    }
  }
}
