import { challengeLifeMs, type ChallengePurpose, type Challenges } from '../../ports/challenges.ts'

/** Anybody may ask for one: past this many the oldest go. */
const most = 10_000

/** Challenges of one node. */
export class MemoryChallenges implements Challenges {
  readonly #now: () => number
  /** In order of making. */
  readonly #open = new Map<string, { readonly purpose: ChallengePurpose; readonly endMs: number }>()

  constructor(now: () => number) {
    this.#now = now
  }

  put(challenge: string, purpose: ChallengePurpose): Promise<void> {
    this.#open.set(challenge, { purpose, endMs: this.#now() + challengeLifeMs })
    for (const [old, { endMs }] of this.#open) {
      if (this.#open.size <= most && endMs > this.#now()) break
      this.#open.delete(old)
    }
    return Promise.resolve()
  }

  take(challenge: string, purpose: ChallengePurpose): Promise<boolean> {
    const known = this.#open.get(challenge)
    if (known?.purpose !== purpose) return Promise.resolve(false)
    this.#open.delete(challenge)
    return Promise.resolve(known.endMs > this.#now())
  }
}
