import { windowTokens } from '../language/query.ts'
import type { Clause } from './clauses.ts'
import type { Tokens } from '../text/tokenize.ts'
import type { SharedWindow } from './shared-window.ts'
import type { StandingEntry } from './standing-entry.ts'
import { WordBook } from './word-book.ts'
import { addRow, queriesOf, removeRow, rowLength, where } from './woken-rows.ts'

/** Tokens heard before queries are balanced; then twice as many each time, up to the greatest. */
const firstBalance = 2000
const greatestBalance = 200_000

/** Which queries a word concerns: those it wakes, and those that were woken near it and wait for it. */
export class WakeList {
  book = new WordBook()
  /** By word: rows of the queries that it wakes. */
  readonly #woken = new Map<number, number[]>()
  #entries: (StandingEntry | undefined)[] = []
  /** By query: the last cue that woke it. */
  #wokenAt: number[] = []
  /** By word: the last cue that held it. */
  readonly #heardAt: number[] = []
  #cue = 0
  /** Grows when windows have to learn their words and who waits for them anew. */
  #version = 0
  #heard = 0
  #balanceAt = firstBalance

  add(entry: StandingEntry): void {
    this.#enter(entry)
    this.#version++
  }

  remove(entry: StandingEntry): void {
    this.#entries[entry.number] = undefined
    this.#silence(entry, entry.anchor)
  }

  /** Forgets the words of queries that are gone. */
  learnAnew(entries: Iterable<StandingEntry>): void {
    this.book = new WordBook()
    this.#woken.clear()
    this.#entries = []
    this.#wokenAt = []
    this.#heardAt.length = 0
    for (const entry of entries) {
      entry.learn(this.book)
      this.#enter(entry)
    }
    this.#version++
  }

  /** The words that each token is, heard once more. */
  hear({ terms }: Tokens): readonly (readonly number[])[] {
    const words = terms.map((term) => this.book.find(term))
    for (const found of words) for (const word of found) this.book.hear(word)
    this.#heard += terms.length
    return words
  }

  /** Asks those, each once, whom a word of the window's newest cue may bring a match; `words` are the cue's. */
  eachConcerned(
    window: SharedWindow,
    words: readonly (readonly number[])[],
    ask: (entry: StandingEntry) => void,
  ): void {
    const { newest } = window
    const cue = ++this.#cue
    for (const found of words) for (const word of found) this.#noteHeard(word, cue)
    const concerned: StandingEntry[] = []
    const note = (entry: StandingEntry): void => {
      if (entry.askedAt === cue) return
      entry.askedAt = cue
      concerned.push(entry)
    }
    const isHeard = (word: number): boolean => this.#heardAt[word] === cue
    window.eachAwake(isHeard, (query) => {
      const entry = this.#entries[query]
      if (entry !== undefined) note(entry)
    })
    for (let n = words.length - 1; n >= 0; n--)
      for (const word of words[n] ?? [])
        this.#eachWoken(window, word, newest + n, (query, other, isNear) => {
          const isFirst = this.#wokenAt[query] !== cue
          const until = newest + n + windowTokens - 1
          // The last that wakes it comes first here.
          this.#wokenAt[query] = cue
          if (other >= 0) {
            if (isFirst) window.wakeFor(query, other, until)
            if (!isNear) return
          }
          const entry = this.#entries[query]
          if (entry === undefined) return
          note(entry)
          if (other < 0 && isFirst && entry.isCompletedLater) window.wake(entry, until)
        })
    for (const entry of concerned) if (this.#isPossible(entry, window)) ask(entry)
  }

  /** After queries have come, or are woken by others, a window knows them and who waits in it. */
  bringUpToDate(window: SharedWindow): void {
    if (window.version === this.#version) return
    window.reindex(this.book, this.#version)
    const from = Math.max(window.base, window.end - windowTokens + 1)
    for (let position = from; position < window.end; position++)
      for (const word of window.wordsAt(position))
        this.#eachWoken(window, word, position, (query, other) => {
          const until = position + windowTokens - 1
          const entry = this.#entries[query]
          if (other >= 0) window.wakeFor(query, other, until)
          else if (entry?.isCompletedLater === true) window.wake(entry, until)
        })
  }

  /** Lets the queries of words that have turned out to be common be woken by others. */
  balance(): void {
    if (this.#heard < this.#balanceAt) return
    if (this.#balanceAt >= greatestBalance) {
      this.book.forgetHalf()
      this.#heard = 0
    } else this.#balanceAt *= 2
    const costs = [...this.#woken].map(
      ([word, rows]) => [rows, (this.book.frequency(word) * rows.length) / rowLength] as const,
    )
    const mean = costs.reduce((sum, [, cost]) => sum + cost, 0) / Math.max(1, costs.length)
    let isChanged = false
    for (const [rows, cost] of costs) {
      if (cost < mean) continue
      for (const query of queriesOf(rows)) {
        const entry = this.#entries[query]
        const before = entry?.anchor
        if (entry === undefined || before === undefined || !entry.anchorAnew(this.book)) continue
        this.#silence(entry, before)
        this.#listen(entry)
        isChanged = true
      }
    }
    if (isChanged) this.#version++
  }

  /**
   * The queries that a word at a position wakes, but for those whose phrase does not stand around it. Of a query that
   * waits for one other word alone, `other` is that word, and `isNear` whether it was heard near enough; -1 of all others.
   */
  #eachWoken(
    window: SharedWindow,
    word: number,
    position: number,
    visit: (query: number, other: number, isNear: boolean) => void,
  ): void {
    const rows = this.#woken.get(word)
    if (rows === undefined) return
    const from = window.newest - windowTokens + 1
    for (let at = 0; at < rows.length; at += rowLength) {
      const query = rows[at] ?? 0
      const other = rows[at + 1] ?? -1
      const place = rows[at + 2] ?? where.unknown
      if (place === where.nearAlone) {
        visit(query, other, window.lastOf(other) >= from)
        continue
      }
      if (place !== where.unknown) {
        if (!this.#mayStand(window, other, position + place)) continue
        const entry = this.#entries[query]
        if (entry === undefined || !this.#fits(entry, window, position)) continue
      }
      visit(query, -1, true)
    }
  }

  /** Whether a word stands there, or may yet be said there. */
  #mayStand(window: SharedWindow, word: number, position: number): boolean {
    if (position < window.base) return false
    return position >= window.end || window.isAt(position, word)
  }

  /** An array that is filled from afar becomes a slow one: filled in order, it stays quick. */
  #noteHeard(word: number, cue: number): void {
    while (this.#heardAt.length < word) this.#heardAt.push(0)
    this.#heardAt[word] = cue
  }

  /** Whether all that a query must have is near enough to the newest cue. */
  #isPossible({ clauses }: StandingEntry, window: SharedWindow): boolean {
    const from = window.newest - windowTokens + 1
    return clauses.every(({ words }) => words.some((word) => window.lastOf(word) >= from))
  }

  #enter(entry: StandingEntry): void {
    entry.number = this.#entries.length
    this.#entries.push(entry)
    this.#wokenAt.push(0)
    this.#listen(entry)
  }

  #listen(entry: StandingEntry): void {
    for (const word of entry.anchor.words) {
      const rows = this.#woken.get(word)
      if (rows !== undefined) addRow(rows, entry)
      else {
        const first: number[] = []
        addRow(first, entry)
        this.#woken.set(word, first)
      }
    }
  }

  #silence({ number }: StandingEntry, { words }: Clause): void {
    for (const word of words) {
      const rows = this.#woken.get(word)
      if (rows === undefined) continue
      removeRow(rows, number)
      if (rows.length === 0) this.#woken.delete(word)
    }
  }

  /** Whether the words of the phrase stand around one of it, as far as they were said by now. */
  #fits({ anchor: { phrase } }: StandingEntry, window: SharedWindow, position: number): boolean {
    if (phrase === null) return true
    const { words, at } = phrase
    const start = position - at
    if (start < window.base) return false
    return words.every((word, n) => n === at || this.#mayStand(window, word, start + n))
  }
}
