import type { Cue } from '../../../../../protocol/api.ts'
import { tokenize } from '../../../../../query/text/tokenize.ts'
import type { CueKey } from '../../../rules/cue-order.ts'
import type { Dictionary } from './dictionary.ts'
import type { StreamKey } from '../../../rules/search/stream-key.ts'
import { marginAfter, marginBefore, minuteMs } from '../../../rules/search/measures.ts'

export interface TailCue {
  readonly startMs: number
  readonly id: number
  readonly seq: number
  readonly terms: Int32Array
  readonly language: string | null
  readonly airing: string | null
  /** In no chunk yet. */
  isFresh: boolean
}

/** The last cues of a stream, or the last before a place, the newest first; empty when there are none. */
export type History = (stream: StreamKey, before: CueKey | null) => readonly Cue[]

/** The end of a stream: what is in no chunk yet, and of what is, as much as queries reach back. */
export class TailStream {
  readonly key: StreamKey
  readonly cues: TailCue[] = []
  readonly #dictionary: Dictionary
  readonly #history: History
  /** Whether the stream has nothing before the first cue held. */
  #isWhole = false

  constructor(key: StreamKey, dictionary: Dictionary, history: History) {
    this.key = key
    this.#dictionary = dictionary
    this.#history = history
  }

  get hasFresh(): boolean {
    return this.cues.some(({ isFresh }) => isFresh)
  }

  add(cue: Cue, isFresh: boolean): void {
    const startMs = Date.parse(cue.start)
    if (!isFresh && this.cues.length > 0 && this.#startsAfter(startMs, cue.id)) {
      // A chunk has it, and nothing that is fresh reached back to it so far: it is read with others when something does.
      this.#isWhole = false
      return
    }
    // One that comes late stands before others, which are then found anew with it.
    while (this.#startsAfter(startMs, cue.id) && this.#readOlder());
    this.#insert(cue, startMs, isFresh)
    if (isFresh) this.#reachBack()
  }

  /** Places of the first cue to index anew, and of the first that it needs before it. */
  bounds(): { readonly first: number; readonly ownFrom: number } {
    const fresh = this.cues.findIndex(({ isFresh }) => isFresh)
    const near = this.#back(fresh < 0 ? this.cues.length : fresh, marginAfter)
    const ownFrom = this.#minuteStart(near)
    return { first: this.#back(ownFrom, marginBefore), ownFrom }
  }

  /** Forgets what lies further back than will be asked for. */
  trim(): void {
    const { first } = this.bounds()
    if (first === 0) return
    this.cues.splice(0, first)
    this.#isWhole = false
  }

  /** Reads what was said before, as far as what is fresh can change how it is found. */
  #reachBack(): void {
    for (;;) {
      const { first, ownFrom } = this.bounds()
      const isEnough = first > 0 || (ownFrom > 0 && this.#tokens(0, ownFrom) >= marginBefore)
      if (isEnough || !this.#readOlder()) return
    }
  }

  /** False when there is nothing older. */
  #readOlder(): boolean {
    if (this.#isWhole) return false
    const [oldest] = this.cues
    const { run, track } = this.key
    const before =
      oldest === undefined
        ? null
        : { start: new Date(oldest.startMs).toISOString(), id: oldest.id, run, track }
    const found = this.#history(this.key, before)
    if (found.length === 0) this.#isWhole = true
    // All of them stand before what is held: thousands, one by one, would each move all the others.
    this.cues.unshift(
      ...found.map((cue) => this.#tailCue(cue, Date.parse(cue.start), false)).reverse(),
    )
    return found.length > 0
  }

  #startsAfter(startMs: number, id: number): boolean {
    const [first] = this.cues
    return (
      first === undefined || first.startMs > startMs || (first.startMs === startMs && first.id > id)
    )
  }

  #insert(cue: Cue, startMs: number, isFresh: boolean): void {
    const at = this.#placeAfter(startMs, cue.id)
    const before = this.cues[at - 1]
    if (before?.startMs === startMs && before.id === cue.id) before.isFresh ||= isFresh
    else this.cues.splice(at, 0, this.#tailCue(cue, startMs, isFresh))
  }

  /** The place after all that start, and are numbered, up to there. Mostly the end. */
  #placeAfter(startMs: number, id: number): number {
    const isAfter = (place: number): boolean => {
      const cue = this.cues[place]
      return cue === undefined || cue.startMs > startMs || (cue.startMs === startMs && cue.id > id)
    }
    let high = this.cues.length
    if (!isAfter(high - 1)) return high
    let low = 0
    while (low < high) {
      const middle = (low + high) >>> 1
      if (isAfter(middle)) high = middle
      else low = middle + 1
    }
    return low
  }

  #tailCue(cue: Cue, startMs: number, isFresh: boolean): TailCue {
    const terms = Int32Array.from(tokenize(cue.text).terms, (term) => this.#dictionary.number(term))
    const { id, language, airing, position } = cue
    return { startMs, id, seq: position.seq, terms, language, airing, isFresh }
  }

  /** The last place from which at least so many tokens lie before `to`; 0 when there are not as many. */
  #back(to: number, tokens: number): number {
    let at = to
    for (let count = 0; at > 0 && count < tokens; at--)
      count += this.cues[at - 1]?.terms.length ?? 0
    return at
  }

  #minuteStart(place: number): number {
    const minute = Math.floor((this.cues[place]?.startMs ?? 0) / minuteMs)
    let at = place
    while (at > 0 && Math.floor((this.cues[at - 1]?.startMs ?? 0) / minuteMs) === minute) at--
    return at
  }

  #tokens(from: number, to: number): number {
    let count = 0
    for (let at = from; at < to; at++) count += this.cues[at]?.terms.length ?? 0
    return count
  }
}
