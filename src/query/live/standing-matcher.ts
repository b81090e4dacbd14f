import type { Cue, Gap } from '../../protocol/api.ts'
import { createTest, type CueFacts, type CueTest } from '../match/filter-test.ts'
import { GapBook, parts } from './gap-book.ts'
import { hasNegation, windowTokens, type Query } from '../language/query.ts'
import { Evaluator, Segment, type Match, type Span } from '../text/segment.ts'
import { tokenize, type Tokens } from '../text/tokenize.ts'

/** A match from which something could still be taken away waits this long at most. */
export const decideAfterMs = 30_000

/**
 * A match that waits began at most a window before the newest tokens but one window, and what is taken
 * away from it may lie one window before that.
 */
const keptForNegation = 3 * windowTokens
/** Tracks of runs that are held at once; the one that was silent longest is decided and let go. */
const mostStreams = 64
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
  readonly #streams = new Map<string, Stream>()
  /** The last of them, which most cues are for. */
  #newest: Stream | undefined

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

  #stream(cue: Cue, decided: Match[]): Stream | undefined {
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
    stream ??= new Stream(this.#evaluator, cue, this.#isPatient)
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

  #isCut(stream: Stream, cue: Cue): boolean {
    return stream.last !== undefined && this.#gaps.parts(stream.last, cue)
  }
}

/** One track of one run, since its last cut. */
class Stream {
  readonly run: string
  readonly track: string
  readonly #isPatient: boolean
  #segment: Segment
  /** Matches that were given and could still be seen. */
  #given: Span[] = []
  #isWaiting = false
  /** When time alone decides something. */
  deadlineMs = Infinity

  constructor(evaluator: Evaluator, { run, track }: Cue, isPatient: boolean) {
    this.run = run
    this.track = track
    this.#isPatient = isPatient
    this.#segment = new Segment(evaluator)
  }

  get last(): Cue | undefined {
    return this.#segment.cues.at(-1)?.cue
  }

  get held(): number {
    return this.#segment.end - this.#segment.base
  }

  take(cue: Cue, tokens: Tokens, nowMs: number): readonly Match[] {
    const isKnown = this.#segment.append(cue, tokens, nowMs)
    const decided = isKnown || this.#isWaiting ? this.judge(nowMs) : none
    this.#segment.trim(this.#isPatient ? keptForNegation : windowTokens)
    return decided
  }

  /** A gap that was learnt of late parts what was held as one. */
  cutAt(gap: Gap): readonly Match[] {
    const { cues } = this.#segment
    const index = cues.findIndex((held, n) => {
      const before = cues[n - 1]
      return before !== undefined && parts(gap, before.cue, held.cue)
    })
    if (index < 0) return []
    const rest = this.#segment.split(index)
    // Also what waits no more: it may have been taken away by what now lies beyond the cut.
    const decided = this.judge(Infinity)
    this.#segment = rest
    return [...decided, ...this.judge(-Infinity)]
  }

  /** Nothing more will come. */
  close(): readonly Match[] {
    return this.#isWaiting ? this.judge(Infinity) : []
  }

  judge(nowMs: number): readonly Match[] {
    const segment = this.#segment
    const decided: Match[] = []
    this.#isWaiting = false
    this.deadlineMs = Infinity
    this.#given = this.#given.filter(([first]) => first >= segment.base)
    for (const span of segment.spans()) {
      const [first, last] = span
      if (!this.#isSeenWhole(first) || this.#wasGiven(span)) continue
      const completedMs = segment.cueAt(last)?.arrivedMs ?? 0
      const isDecided =
        !this.#isPatient ||
        segment.end - 1 - last >= windowTokens ||
        completedMs + decideAfterMs <= nowMs
      if (isDecided) {
        this.#given.push(span)
        decided.push(segment.match(span))
      } else {
        this.#isWaiting = true
        this.deadlineMs = Math.min(this.deadlineMs, completedMs + decideAfterMs)
      }
    }
    return decided
  }

  /** Whether all that could take a match away from before it is held: else it was decided long ago. */
  #isSeenWhole(first: number): boolean {
    const { isWhole, base } = this.#segment
    return isWhole || first - (this.#isPatient ? windowTokens : 0) >= base
  }

  /** A match around one that was given is not the shortest, whatever became of that one since. */
  #wasGiven([first, last]: Span): boolean {
    return this.#given.some(([a, b]) => first <= a && b <= last)
  }
}
