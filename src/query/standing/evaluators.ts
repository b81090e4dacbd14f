import type { CueFacts } from '../match/filter-test.ts'
import { Evaluator } from '../text/segment.ts'
import type { StandingEntry } from './standing-entry.ts'

/** Of 100,000 queries few are near a match at any time, and those again and again. */
const mostHeld = 5000

/** Queries made ready for evaluation, by the channel that they are asked about: those used last. */
export class Evaluators {
  readonly #held = new Map<StandingEntry, Map<CueFacts, Evaluator>>()
  #count = 0

  of(entry: StandingEntry, facts: CueFacts): Evaluator {
    const byFacts = this.#held.get(entry) ?? new Map<CueFacts, Evaluator>()
    const known = byFacts.get(facts)
    if (known !== undefined) return known
    const evaluator = new Evaluator(entry.expression, facts)
    byFacts.set(facts, evaluator)
    // Set anew, so that the first is the one that was made longest ago.
    this.#held.delete(entry)
    this.#held.set(entry, byFacts)
    this.#count++
    for (const oldest of this.#held.keys()) {
      if (this.#count <= mostHeld) break
      this.forget(oldest)
    }
    return evaluator
  }

  forget(entry: StandingEntry): void {
    this.#count -= this.#held.get(entry)?.size ?? 0
    this.#held.delete(entry)
  }
}
