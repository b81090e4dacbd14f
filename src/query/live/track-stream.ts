import type { Cue, Gap } from '../../protocol/api.ts'
import { windowTokens } from '../language/query.ts'
import { Segment, type Evaluator, type Match, type SegmentCue, type Span } from '../text/segment.ts'
import type { Tokens } from '../text/tokenize.ts'
import { parts } from './gap-book.ts'

/** A match from which something could still be taken away waits this long at most. */
export const decideAfterMs = 30_000

/**
 * A match that waits began at most a window before the newest tokens but one window, and what is taken
 * away from it may lie one window before that.
 */
export const keptForNegation = 3 * windowTokens
const none: readonly Match[] = []

/** One track of one run, since its last cut, as one query sees it. */
export class TrackStream {
  readonly run: string
  readonly track: string
  readonly #isPatient: boolean
  #segment: Segment
  /** Matches that were given and could still be seen. */
  #given: Span[] = []
  #isWaiting = false
  /** When time alone decides something. */
  deadlineMs = Infinity

  /** `isPatient`: something may be taken away from a match by what is said after it. */
  constructor(
    evaluator: Evaluator,
    { run, track }: Pick<Cue, 'run' | 'track'>,
    isPatient: boolean,
  ) {
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

  /** Begins with what is held already, in which the query matches nothing; `isWhole`: nothing before it was let go. */
  learn(cues: readonly SegmentCue[], isWhole: boolean): void {
    for (const { cue, tokens, arrivedMs } of cues) this.#segment.append(cue, tokens, arrivedMs)
    this.#segment.isWhole = isWhole
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
