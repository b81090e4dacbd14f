import type { Cue, Gap } from '../../protocol/api.ts'
import type { ChannelFacts } from '../match/filter-test.ts'
import type { Query } from '../language/query.ts'
import type { Match } from '../text/segment.ts'
import { StandingMatcher } from './standing-matcher.ts'
import type { Tokens } from '../text/tokenize.ts'

/** What filters need beside the cue itself. */
export interface LiveFilterOptions {
  readonly query: Query
  readonly channel: ChannelFacts
  /** The title of the airing on at the cue's start, or null. */
  readonly showOf: (cue: Cue) => string | null
}

/** Passes the cues of one channel that take part in a match of a query; each once, in order of storage. */
export class LiveFilter {
  readonly #matcher: StandingMatcher
  readonly #passed = new WeakSet<Cue>()

  constructor({ query, channel, showOf }: LiveFilterOptions) {
    this.#matcher = new StandingMatcher({ query, channel, showOf })
  }

  /**
   * The cues whose matches this one completes or decides. `tokens`: those of the cue, when several
   * filters share them.
   */
  take(cue: Cue, nowMs: number, tokens?: Tokens): readonly Cue[] {
    return this.#pass(this.#matcher.take(cue, nowMs, tokens))
  }

  /**
   * A hole in the channel: matches never run across it. A gap that is known before the cues after it
   * decides nothing by itself; one that comes late can.
   */
  gap(gap: Gap): readonly Cue[] {
    return this.#pass(this.#matcher.gap(gap))
  }

  /** No more cues of this run will come: what waited for them is decided. */
  endRun(run: string): readonly Cue[] {
    return this.#pass(this.#matcher.endRun(run))
  }

  /** The cues whose matches time has decided; every second or so is often enough. */
  tick(nowMs: number): readonly Cue[] {
    return this.#pass(this.#matcher.tick(nowMs))
  }

  #pass(matches: readonly Match[]): readonly Cue[] {
    const passed: Cue[] = []
    for (const { cues } of matches)
      for (const { cue } of cues) {
        if (this.#passed.has(cue)) continue
        this.#passed.add(cue)
        passed.push(cue)
      }
    return passed.sort((a, b) => a.position.seq - b.position.seq)
  }
}
