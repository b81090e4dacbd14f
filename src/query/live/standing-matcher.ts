import type { Cue, Gap } from '../../protocol/api.ts'
import { createTest, type CueFacts, type CueTest } from '../match/filter-test.ts'
import { GapBook } from './gap-book.ts'
import { TrackStream } from './track-stream.ts'
import { hasNegation, type Query } from '../language/query.ts'
import { Evaluator, type Match } from '../text/segment.ts'
import { tokenize, type Tokens } from '../text/tokenize.ts'

/** Tracks of runs that are held at once; the one that was silent longest is decided and let go. */
export const mostStreams = 64
const none: readonly Match[] = []

export interface StandingQuery extends CueFacts {
  readonly query: Query
}

/**
 * A query that waits for cues of one channel, in order of storage. It gives each match once, as soon
 * as it is decided: at once when nothing can be taken away from it, else when a window of further
 * tokens was said, or its track was cut, or `decideAfterMs` have passed. Together these are what
 * `findMatches` finds in the same cues, except that a negation does not see what comes after the time
 * has passed. It holds no more than the tokens that can still matter.
 */
export class StandingMatcher {
  readonly #evaluator: Evaluator | undefined
  readonly #test: CueTest | undefined
  readonly #isPatient: boolean
  readonly #gaps = new GapBook()
  /** By track and run, the one that was silent longest first. */
  readonly #streams = new Map<string, TrackStream>()
  /** The last of them, which most cues are for. */
  #newest: TrackStream | undefined

  constructor({ query, ...facts }: StandingQuery) {
    if (query.kind === 'text') this.#evaluator = new Evaluator(query.expression, facts)
    else this.#test = createTest(query.filter, facts)
    this.#isPatient = query.kind === 'text' && hasNegation(query.expression)
  }

  /** `tokens`: those of the cue, when somebody has cut it already. */
  take(cue: Cue, nowMs: number, tokens: Tokens = tokenize(cue.text)): readonly Match[] {
    if (this.#test !== undefined)
      return this.#test(cue) ? [{ cues: [{ cue, highlights: [] }] }] : []
    // What time has decided was decided before this cue was known, whether or not somebody looked.
    const earlier = this.tick(nowMs)
    const cut: Match[] = []
    const stream = this.#stream(cue, cut)
    const found = stream?.take(cue, tokens, nowMs) ?? none
    return earlier.length + cut.length === 0 ? found : [...earlier, ...cut, ...found]
  }

  /** A gap, or what is now known of one; matches never run across it. */
  gap(gap: Gap): readonly Match[] {
    this.#gaps.take(gap)
    return [...this.#streams.values()].flatMap((stream) => stream.cutAt(gap))
  }

  /** No more cues of this run will come. */
  endRun(run: string): readonly Match[] {
    const decided: Match[] = []
    for (const [key, stream] of this.#streams) {
      if (stream.run !== run) continue
      decided.push(...stream.close())
      this.#streams.delete(key)
      if (stream === this.#newest) this.#newest = undefined
    }
    return decided
  }

  tick(nowMs: number): readonly Match[] {
    if (!this.#isPatient) return none
    const decided: Match[] = []
    for (const stream of this.#streams.values())
      if (stream.deadlineMs <= nowMs) decided.push(...stream.judge(nowMs))
    return decided
  }

  /** Tokens held, for those who watch the memory. */
  get heldTokens(): number {
    let sum = 0
    for (const { held } of this.#streams.values()) sum += held
    return sum
  }

  #stream(cue: Cue, decided: Match[]): TrackStream | undefined {
    if (this.#evaluator === undefined) return undefined
    const newest = this.#newest
    if (newest?.run === cue.run && newest.track === cue.track && !this.#isCut(newest, cue))
      return newest
    const key = `${cue.track} ${cue.run}`
    let stream = this.#streams.get(key)
    if (stream !== undefined && this.#isCut(stream, cue)) {
      decided.push(...stream.close())
      stream = undefined
    }
    // Set anew, so that the first is the one that was silent longest.
    this.#streams.delete(key)
    stream ??= new TrackStream(this.#evaluator, cue, this.#isPatient)
    this.#streams.set(key, stream)
    this.#newest = stream
    if (this.#streams.size > mostStreams) {
      const [oldest] = this.#streams
      if (oldest !== undefined) {
        decided.push(...oldest[1].close())
        this.#streams.delete(oldest[0])
      }
    }
    return stream
  }

  #isCut(stream: TrackStream, cue: Cue): boolean {
    return stream.last !== undefined && this.#gaps.parts(stream.last, cue)
  }
}
