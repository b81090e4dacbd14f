import type { Cue, Gap } from '../../protocol/api.ts'
import { parts } from '../live/gap-book.ts'
import { keptForNegation, type TrackStream } from '../live/track-stream.ts'
import { windowTokens } from '../language/query.ts'
import type { SegmentCue } from '../text/segment.ts'
import type { Tokens } from '../text/tokenize.ts'
import type { StandingEntry } from './standing-entry.ts'
import type { WordBook } from './word-book.ts'

const none: readonly number[] = []

/** The newest tokens of one track of a run since its last cut, held once for all queries. */
export class SharedWindow {
  readonly run: string
  readonly track: string
  #cues: SegmentCue[] = []
  base = 0
  end = 0
  /** Whether nothing that came before `base` was let go. */
  isWhole = true
  /** By word: its positions, ascending; some may be older than `base`. */
  readonly #positions = new Map<number, number[]>()
  /** By position, from `base` on: the words that its token is. */
  #words: (readonly number[])[] = []
  /**
   * Queries that were woken and may be completed up to a position: of each its number, that position, how many words may
   * complete it, and these. One row of plain numbers, as hundreds are looked at for every cue.
   */
  readonly #awake: number[] = []
  /** What its words and those awake were found with. */
  version = -1
  /** What matches of queries with a negation wait in. */
  readonly patients = new Map<StandingEntry, TrackStream>()

  constructor({ run, track }: Pick<Cue, 'run' | 'track'>) {
    this.run = run
    this.track = track
  }

  get cues(): readonly SegmentCue[] {
    return this.#cues
  }

  /** The first position of the cue that was taken last. */
  get newest(): number {
    return this.#cues.at(-1)?.base ?? this.end
  }

  append(cue: Cue, tokens: Tokens, arrivedMs: number, words: readonly (readonly number[])[]): void {
    this.#cues.push({ cue, tokens, base: this.end, arrivedMs })
    for (const found of words) {
      for (const word of found) this.#place(word, this.end)
      this.#words.push(found)
      this.end++
    }
  }

  /** The last position of a word, or -1 when it is not held. */
  lastOf(word: number): number {
    const last = this.#positions.get(word)?.at(-1) ?? -1
    return last < this.base ? -1 : last
  }

  /** The positions of a word from one on. */
  positionsFrom(word: number, from: number): readonly number[] {
    const positions = this.#positions.get(word)
    if (positions === undefined) return none
    const least = Math.max(from, this.base)
    let first = positions.length
    while (first > 0 && (positions[first - 1] ?? -1) >= least) first--
    return first === 0 ? positions : positions.slice(first)
  }

  /** The cues that hold the positions from one on. */
  cuesFrom(position: number): readonly SegmentCue[] {
    let first = this.#cues.length
    while (first > 0 && (this.#cues[first]?.base ?? this.end) > position) first--
    return this.#cues.slice(first)
  }

  cueAt(position: number): SegmentCue | undefined {
    return this.#cues.findLast(({ base }) => base <= position)
  }

  wordsAt(position: number): readonly number[] {
    return this.#words[position - this.base] ?? none
  }

  isAt(position: number, word: number): boolean {
    return this.wordsAt(position).includes(word)
  }

  wake({ number, positives }: StandingEntry, until: number): void {
    this.#awake.push(number, until, positives.length, ...positives)
  }

  /** The same of a query that waits for one word alone. */
  wakeFor(query: number, word: number, until: number): void {
    this.#awake.push(query, until, 1, word)
  }

  /** Those that may be completed by the newest cue: they are awake, and `isHeard` says so of one of their words. */
  eachAwake(isHeard: (word: number) => boolean, visit: (query: number) => void): void {
    const awake = this.#awake
    const { newest } = this
    let kept = 0
    for (let at = 0, next = 0; at < awake.length; at = next) {
      next = at + 3 + (awake[at + 2] ?? 0)
      if ((awake[at + 1] ?? 0) < newest) continue
      const query = awake[at] ?? 0
      let isConcerned = false
      for (let n = at; n < next; n++) {
        const value = awake[n] ?? 0
        if (n > at + 2 && !isConcerned) isConcerned = isHeard(value)
        awake[kept++] = value
      }
      if (isConcerned) visit(query)
    }
    awake.length = kept
  }

  /** Lets go of what nothing can need any more. */
  trim(): void {
    if (this.end - this.base < keptForNegation + windowTokens) return
    let drop = 0
    while ((this.#cues[drop + 1]?.base ?? Infinity) <= this.end - keptForNegation) drop++
    if (drop === 0) return
    this.#letGo(drop)
    this.isWhole = false
    for (const [word, positions] of this.#positions) {
      let stale = 0
      while ((positions[stale] ?? Infinity) < this.base) stale++
      if (stale === positions.length) this.#positions.delete(word)
      else if (stale > 0) positions.splice(0, stale)
    }
    for (const entry of this.patients.keys())
      if (entry.anchor.words.every((word) => this.lastOf(word) < 0)) this.patients.delete(entry)
  }

  /** Where a gap that was learnt of late parts what is held; what is before it is let go. */
  cutAt(gap: Gap): boolean {
    const index = this.#cues.findIndex((held, n) => {
      const before = this.#cues[n - 1]
      return before !== undefined && parts(gap, before.cue, held.cue)
    })
    if (index < 0) return false
    this.#letGo(index)
    this.isWhole = true
    return true
  }

  /** Learns the words anew, after queries have come or are woken by others. */
  reindex(book: WordBook, version: number): void {
    this.version = version
    this.#positions.clear()
    this.#awake.length = 0
    this.#words = this.#cues.flatMap(({ tokens }) => tokens.terms.map((term) => book.find(term)))
    this.#words.forEach((found, n) => {
      for (const word of found) this.#place(word, this.base + n)
    })
  }

  #letGo(cues: number): void {
    const before = this.base
    this.#cues.splice(0, cues)
    this.base = this.#cues[0]?.base ?? this.end
    this.#words.splice(0, this.base - before)
  }

  #place(word: number, position: number): void {
    const positions = this.#positions.get(word)
    if (positions === undefined) this.#positions.set(word, [position])
    else positions.push(position)
  }
}
