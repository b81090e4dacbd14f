import { windowTokens } from '../language/query.ts'
import type { Clause } from './clauses.ts'
import { isWord } from './is-word.ts'
import type { Tokens } from '../text/tokenize.ts'
import type { SharedWindow } from './shared-window.ts'
import type { StandingEntry } from './standing-entry.ts'
import { WordBook } from './word-book.ts'

/** Tokens heard before queries are balanced; then twice as many each time, up to the greatest. */
const firstBalance = 2000
const greatestBalance = 200_000

/** Which queries a word concerns: those it wakes, and those that were woken near it and wait for it. */
export class WakeList {
  book = new WordBook()
  /** By word. */
  readonly #woken = new Map<number, StandingEntry[]>()
  #entries: (StandingEntry | undefined)[] = []
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
    for (const found of words) for (const word of found) this.#heardAt[word] = cue
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
        for (const entry of this.#woken.get(word) ?? []) {
          if (!this.#fits(entry, window, newest + n)) continue
          note(entry)
          // The last that wakes it comes first here.
          if (entry.wokenAt === cue || !entry.isCompletedLater) continue
          entry.wokenAt = cue
          window.wake(entry, newest + n + windowTokens - 1)
        }
    for (const entry of concerned) if (this.#isPossible(entry, window)) ask(entry)
  }

  /** After queries have come, or are woken by others, a window knows them and who waits in it. */
  bringUpToDate(window: SharedWindow): void {
    if (window.version === this.#version) return
    window.reindex(this.book, this.#version)
    const from = Math.max(window.base, window.end - windowTokens + 1)
    for (let position = from; position < window.end; position++)
      for (const word of this.book.find(window.termAt(position) ?? ''))
        for (const entry of this.#woken.get(word) ?? [])
          window.wake(entry, position + windowTokens - 1)
  }

  /** Lets the queries of words that have turned out to be common be woken by others. */
  balance(): void {
    if (this.#heard < this.#balanceAt) return
    if (this.#balanceAt >= greatestBalance) {
      this.book.forgetHalf()
      this.#heard = 0
    } else this.#balanceAt *= 2
    const costs = [...this.#woken].map(
      ([word, entries]) => [word, entries, this.book.frequency(word) * entries.length] as const,
    )
    const mean = costs.reduce((sum, [, , cost]) => sum + cost, 0) / Math.max(1, costs.length)
    let isChanged = false
    for (const [, entries, cost] of costs) {
      if (cost < mean) continue
      for (const entry of entries.slice()) {
        const before = entry.anchor
        if (!entry.anchorAnew(this.book)) continue
        this.#silence(entry, before)
        this.#listen(entry)
        isChanged = true
      }
    }
    if (isChanged) this.#version++
  }

  /** Whether all that a query must have is near enough to the newest cue. */
  #isPossible({ clauses }: StandingEntry, window: SharedWindow): boolean {
    const from = window.newest - windowTokens + 1
    return clauses.every(({ words }) => words.some((word) => window.lastOf(word) >= from))
  }

  #enter(entry: StandingEntry): void {
    entry.number = this.#entries.length
    this.#entries.push(entry)
    this.#listen(entry)
  }

  #listen(entry: StandingEntry): void {
    for (const word of entry.anchor.words) {
      const woken = this.#woken.get(word)
      if (woken === undefined) this.#woken.set(word, [entry])
      else woken.push(entry)
    }
  }

  #silence(entry: StandingEntry, { words }: Clause): void {
    for (const word of words) {
      const woken = this.#woken.get(word)
      const at = woken?.indexOf(entry) ?? -1
      // Their order does not matter: the last takes its place.
      const last = at < 0 ? undefined : woken?.pop()
      if (woken !== undefined && last !== undefined && last !== entry) woken[at] = last
      if (woken?.length === 0) this.#woken.delete(word)
    }
  }

  /** Whether the other words of the phrase stand around one of it, as far as they were said by now. */
  #fits({ anchor: { phrase } }: StandingEntry, window: SharedWindow, position: number): boolean {
    if (phrase === null) return true
    const { words, at } = phrase
    const start = position - at
    if (start < window.base) return false
    for (let n = 0; n < words.length && start + n < window.end; n++) {
      const word = words[n]
      if (n === at || word === undefined) continue
      if (!isWord(window.termAt(start + n) ?? '', this.book.word(word))) return false
    }
    return true
  }
}
